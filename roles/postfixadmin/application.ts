import { dirname } from 'node:path'
import { absent, archive, directory, file, link, type Refuse, type Resource, sh, type Text } from '#orchestrate'
import type { Vars } from './vars.ts'

/** Path of the version in use. */
export const root = '/usr/share/postfixadmin'

// Not /etc/postfixadmin and /var/lib/postfixadmin: SELinux labels whatever begins with /etc/postfix or /var/lib/postfix for
// Postfix, and PHP may not read it. Below /var/lib/php it may read and write.
const settings = '/etc/php-postfixadmin/config.local.php'
const compiled = '/var/lib/php/postfixadmin/templates_c'

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
  const url = `https://github.com/postfixadmin/postfixadmin/archive/refs/tags/postfixadmin-${version}.tar.gz`
  const source = webadmin.source ?? { url }
  if (!sha256) {
    const print = 'file' in source ? `sha256sum ${source.file}` : `curl -fsSL ${source.url} | sha256sum`
    const reason = 'needed even if webadmin.enabled is false, because the tables come from it'
    refuse('webadmin.sha256', 'nothing', `the SHA-256 of the release, ${reason}; \`${print}\` prints it`)
    return { resources: [], loaded: [] }
  }
  const tree = `${root}-${version}`
  const release = archive({ path: tree, source, sha256, strip: 1 })
  const local = file({
    path: settings,
    content: config,
    group: 'apache',
    mode: '0640',
    check: sh`said=$(php -l "$candidate" 2>&1) || { printf '%s\n' "$said" >&2; exit 1; }`,
  })
  const resources = [
    release,
    directory({ path: dirname(compiled) }),
    directory({ path: compiled, owner: 'apache', group: 'apache', mode: '0750' }),
    directory({ path: dirname(settings) }),
    local,
    link({ path: `${tree}/config.local.php`, target: settings }),
    link({ path: `${tree}/templates_c`, target: compiled }),
    link({ path: root, target: `postfixadmin-${version}` }),
  ]
  return { resources, loaded: [release, local] }
}

/** Takes away what an earlier release of this role had in the places above; after PHP works without, for no rollback brings it back. */
export function noFormerPlaces(): Resource[] {
  return [
    absent(file({ path: '/etc/postfixadmin/config.local.php' })),
    absent(directory({ path: '/var/lib/postfixadmin/templates_c', recursive: true })),
  ]
}
