import type { z } from 'zod'
import {
  command,
  defineRole,
  file,
  onlyDeclared,
  pkg,
  type Resource,
  service,
  sh,
  type Text,
  validate,
} from '#orchestrate'
import { certificates, makersOf, webSites } from '../slots.ts'
import { tlsVars } from '../vars/access.ts'
import { hostVars } from '../vars/host.ts'
import { answers, parses } from './checks.ts'
import { pathOf, type ServedSite, servedSites } from './sites.ts'

const own = '/etc/httpd/conf.d/orchestrate.conf'

export default defineRole({
  name: 'httpd',
  description: 'Apache: serves the web sites of other roles over HTTPS; where there are none it does nothing.',
  vars: { host: hostVars, tls: tlsVars },
  collects: [certificates, webSites],

  *resources(context) {
    const { fqdn } = context.vars.host
    const served = servedSites(context.collect(webSites), context.collect(certificates), fqdn, context.refuse)
    if (served.length === 0) {
      const cleared = sitesOnly([])
      yield* [cleared, service({ unit: 'httpd.service', state: 'as-found', reloadOn: [cleared] })]
    } else yield* apache(served, context)
  },
})

interface Context {
  readonly vars: { readonly host: z.output<typeof hostVars>; readonly tls: z.output<typeof tlsVars> }
  template(name: string, locals: Readonly<Record<string, unknown>>): Text
}

function* apache(served: readonly ServedSite[], { vars: { host, tls }, template }: Context): Iterable<Resource> {
  const packages = [pkg({ name: 'httpd' }), pkg({ name: 'mod_ssl' })]
  yield* packages
  // mod_ssl's own ssl.conf names this pair, which does not exist before the first start: no check would pass.
  yield command({
    name: 'first certificate of mod_ssl',
    creates: '/etc/pki/tls/certs/localhost.crt',
    run: sh`systemctl start httpd-init.service`,
  })
  const protocols = tls.minVersion === '1.3' ? ['TLSv1.3'] : ['TLSv1.2', 'TLSv1.3']
  const files = [
    file({ path: own, content: template('httpd/orchestrate.conf.ejs', { fqdn: host.fqdn }) }),
    ...served.map(({ site, certificate: { key, chain } }) =>
      file({
        path: pathOf(site, host.fqdn),
        content: template('httpd/site.conf.ejs', { site, key, chain, protocols }),
      }),
    ),
  ]
  // Before the check: a site that is gone may name a certificate that is gone.
  const cleared = sitesOnly([own, ...served.map(({ site }) => pathOf(site, host.fqdn))])
  yield* [cleared, ...files, validate({ root: '/etc/httpd', of: files, run: parses })]
  const shown = served.map(({ certificate }) => certificate)
  yield service({
    unit: 'httpd.service',
    reloadOn: [cleared, ...files, ...makersOf(shown)],
    restartOn: packages,
    reloadInputs: [...new Set(shown.flatMap(({ key, chain }) => [key, chain]))],
    health: answers(served.map(({ site }) => site)),
  })
}

/** These are the only files of ours: a site that an earlier declaration had goes. */
function sitesOnly(declared: readonly string[]): Resource {
  return onlyDeclared({ directory: '/etc/httpd/conf.d', suffix: '.conf', mark: '# Kept by orchestrate', declared })
}
