import { archive, directory, file, link, type Refuse, type Resource, seContext, sh, type Text } from '#orchestrate'
import type { Vars } from './vars.ts'

/** Path of the version in use. */
export const root = '/usr/share/postfixadmin'

const variable = '/var/lib/postfixadmin'
const settings = '/etc/postfixadmin/config.local.php'

interface ApplicationOptions {
  readonly webadmin: Vars['webadmin']
  readonly config: Text
  readonly refuse: Refuse
}

/** The program's resources, and which of them PHP keeps in memory. */
export interface Application {
  readonly resources: readonly Resource[]
  readonly loaded: readonly Resource[]
}

/** The release in a separate directory that PHP can only read; its settings and what PHP writes are linked from elsewhere. */
export function application({ webadmin, config, refuse }: ApplicationOptions): Application {
  const { version, sha256 } = webadmin
  if (!sha256) {
    refuse(
      'webadmin.sha256',
      'nothing',
      'the SHA-256 of the release archive, needed even if webadmin.enabled is false: the tables come from it',
    )
    return { resources: [], loaded: [] }
  }
  const tree = `${root}-${version}`
  const url = `https://github.com/postfixadmin/postfixadmin/archive/refs/tags/postfixadmin-${version}.tar.gz`
  const release = archive({ path: tree, source: webadmin.source ?? { url }, sha256, strip: 1 })
  const local = file({
    path: settings,
    content: config,
    group: 'apache',
    mode: '0640',
    check: sh`said=$(php -l "$candidate" 2>&1) || { printf '%s\n' "$said" >&2; exit 1; }`,
  })
  const resources = [
    release,
    directory({ path: variable }),
    directory({ path: `${variable}/templates_c`, owner: 'apache', group: 'apache', mode: '0750' }),
    seContext({ pattern: `${variable}/templates_c(/.*)?`, type: 'httpd_sys_rw_content_t' }),
    directory({ path: '/etc/postfixadmin' }),
    local,
    link({ path: `${tree}/config.local.php`, target: settings }),
    link({ path: `${tree}/templates_c`, target: `${variable}/templates_c` }),
    link({ path: root, target: `postfixadmin-${version}` }),
  ]
  return { resources, loaded: [release, local] }
}
