import {
  command,
  defineRole,
  endpoints,
  file,
  onlyDeclared,
  pkg,
  type Resource,
  type RoleContext,
  service,
  sh,
  type VarsOf,
  validate,
} from '#orchestrate'
import { cipherList } from '../lib/ciphers.ts'
import { restarts } from '../lib/restart.ts'
import { certificates, makersOf, webSites } from '../slots.ts'
import { tlsVars } from '../vars/access.ts'
import { hostVars } from '../vars/mail.ts'
import { answers, parses } from './checks.ts'
import { pathOf, type ServedSite, servedSites } from './sites.ts'

const vars = { host: hostVars, tls: tlsVars }
const own = '/etc/httpd/conf.d/orchestrate.conf'

export default defineRole({
  name: 'httpd',
  description: 'Apache: serves the web sites of other roles over HTTPS; where there are none it does nothing.',
  vars,
  collects: [certificates, webSites],

  // The package's own configuration listens there.
  provides: () => [endpoints({ port: 80, name: 'http', purpose: 'redirect to HTTPS', exposure: [], optional: true })],

  *resources(context) {
    const { fqdn } = context.vars.host
    const served = servedSites(context.collect(webSites), context.collect(certificates), fqdn, context.refuse)
    if (served.length === 0) {
      const cleared = sitesOnly([])
      yield* [cleared, service({ unit: 'httpd.service', state: 'as-found', reloadOn: [cleared] })]
    } else yield* apache(served, context)
  },
})

type Context = Pick<RoleContext<VarsOf<typeof vars>>, 'vars' | 'template'>

function* apache(served: readonly ServedSite[], { vars: { host, tls }, template }: Context): Iterable<Resource> {
  const packages = [pkg({ name: 'httpd' }), pkg({ name: 'mod_ssl' })]
  yield* packages
  // ssl.conf of mod_ssl refers to this certificate, which does not exist before the first start: no check would pass.
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
        content: template('httpd/site.conf.ejs', { site, key, chain, protocols, ciphers: cipherList(tls) }),
      }),
    ),
  ]
  // Before the check: a removed site may refer to a certificate that no longer exists.
  const cleared = sitesOnly([own, ...served.map(({ site }) => pathOf(site, host.fqdn))])
  yield* [cleared, ...files, validate({ root: '/etc/httpd', of: files, run: parses })]
  const shown = served.map(({ certificate }) => certificate)
  const dropIn = restarts('httpd', template)
  yield* dropIn
  yield service({
    unit: 'httpd.service',
    reloadOn: [cleared, ...files, ...makersOf(shown)],
    restartOn: [...packages, ...dropIn],
    reloadInputs: [...new Set(shown.flatMap(({ key, chain }) => [key, chain]))],
    health: answers(served.map(({ site }) => site)),
  })
}

/** These are the only files of ours: a site that an earlier declaration had goes. */
function sitesOnly(declared: readonly string[]): Resource {
  return onlyDeclared({ directory: '/etc/httpd/conf.d', suffix: '.conf', mark: '# Kept by orchestrate', declared })
}
