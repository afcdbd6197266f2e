import type { z } from 'zod'
import { command, defineRole, file, pkg, type Resource, service, sh, type Text, validate } from '#orchestrate'
import { cipherList } from '../ciphers.ts'
import { restarts } from '../restart.ts'
import { certificates, makersOf, webSites } from '../slots.ts'
import { tlsVars } from '../vars/access.ts'
import { hostVars } from '../vars/host.ts'
import { answers, parses, strays } from './checks.ts'
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
      const found = strays([])
      const run = sh`rm -f -- $(${found})\nsystemctl try-reload-or-restart httpd.service`
      yield command({ name: 'no web sites that nobody declares', unless: sh`[ -z "$(${found})" ]`, run })
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
        content: template('httpd/site.conf.ejs', { site, key, chain, protocols, ciphers: cipherList(tls) }),
      }),
    ),
  ]
  // Before the check: a site that is gone may name a certificate that is gone.
  const found = strays([own, ...served.map(({ site }) => pathOf(site, host.fqdn))])
  const cleared = command({
    name: 'no web sites that nobody declares',
    unless: sh`[ -z "$(${found})" ]`,
    run: sh`rm -f -- $(${found})`,
  })
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
