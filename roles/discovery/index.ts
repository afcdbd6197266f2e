import { absent, defineRole, directory, file, mtaStsPolicy, pkg, publicNames, userServer } from '#orchestrate'
import { openPorts, webSites } from '../slots.ts'
import { pop3Vars, submissionVars, tlsVars } from '../vars/access.ts'
import { extrasVars } from '../vars/extras.ts'
import { hostVars } from '../vars/host.ts'
import { mailVars } from '../vars/mail.ts'
import { checkSites, namesOf, pageOf, root, siteOf } from './sites.ts'

export default defineRole({
  name: 'discovery',
  description: 'What others look for over HTTPS: the MTA-STS policy of every domain, and settings for mail programs.',
  vars: {
    host: hostVars,
    mail: mailVars,
    extras: extrasVars,
    tls: tlsVars,
    submission: submissionVars,
    pop3: pop3Vars,
  },

  provides: ({ vars: { host, mail, extras, tls } }) => {
    const names = namesOf(host.fqdn, tls.clientNames)
    // One without a certificate is refused below.
    const sites = publicNames(activeNames(mail), extras).filter(({ name }) => names.includes(name))
    return [
      ...sites.map((one) => webSites(siteOf(one))),
      ...(sites.length > 0 ? [openPorts({ service: 'https' })] : []),
    ]
  },

  *resources({ vars: { host, mail, extras, tls, submission, pop3 }, template, refuse }) {
    const sites = publicNames(activeNames(mail), extras)
    if (sites.length === 0) {
      yield absent(directory({ path: root, recursive: true }))
      return
    }
    const clientNames = namesOf(host.fqdn, tls.clientNames)
    checkSites(sites, clientNames, refuse)
    yield* [pkg({ name: 'httpd-filesystem' }), directory({ path: root })]
    const policy = mtaStsPolicy(host.fqdn, extras.mtaSts) ?? ''
    for (const site of sites) {
      const { folder, path } = pageOf(site)
      yield* [directory({ path: `${root}/${site.name}` }), directory({ path: folder })]
      const { domain, what } = site
      const server = userServer(domain, host.fqdn, clientNames)
      const locals = { domain, server, ports: submission.ports, pop3: pop3.enabled }
      const content = what === 'mta-sts' ? policy : template('discovery/config-v1.1.xml.ejs', locals)
      yield file({ path, content })
    }
  },
})

function activeNames({ domains }: { readonly domains: readonly { name: string; active: boolean }[] }): string[] {
  return domains.filter(({ active }) => active).map(({ name }) => name)
}
