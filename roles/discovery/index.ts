import { absent, defineRole, directory, endpoints, file, pkg, type VarsOf } from '#orchestrate'
import { activeDomains, userServer } from '../lib/names.ts'
import { addressRecords } from '../lib/records.ts'
import { certificates, webSites } from '../slots.ts'
import { ipv6Vars, tlsVars } from '../vars/access.ts'
import { extrasVars } from '../vars/extras.ts'
import { hostVars, mailVars } from '../vars/mail.ts'
import { mtaStsPolicy, policyCheck, policyRecords, sharedPolicyProblems } from './policy.ts'
import { addressOf, checkSites, namesOf, pageOf, publicNames, root, siteOf } from './sites.ts'

const vars = { host: hostVars, mail: mailVars, ipv6: ipv6Vars, extras: extrasVars, tls: tlsVars }
type Vars = VarsOf<typeof vars>

export default defineRole({
  name: 'discovery',
  description:
    'Web pages for other servers and mail programs: the MTA-STS policy of every domain, and client settings.',
  vars,
  reads: [certificates, endpoints, webSites],

  provides: ({ vars }) => {
    const sites = certified(vars)
    const https = endpoints({
      port: 443,
      name: 'https',
      purpose: 'HTTPS',
      exposure: 'world',
      firewalldService: 'https',
      tls: { start: 'immediate', names: 'sites' },
    })
    return [...sites.map((one) => webSites(siteOf(one))), ...(sites.length > 0 ? [https] : [])]
  },

  *resources({ vars: { host, mail, extras, tls }, collect, template, refuse }) {
    const sites = publicNames(activeDomains(mail), extras)
    if (sites.length === 0) {
      yield absent(directory({ path: root, recursive: true }))
      return
    }
    checkSites(sites, namesOf(host.fqdn, tls.clientNames), refuse)
    yield* [pkg({ name: 'httpd-filesystem' }), directory({ path: root })]
    const policy = mtaStsPolicy(host.fqdn, extras.mtaSts) ?? ''
    const served = new Set(collect(endpoints).map(({ name }) => name))
    for (const site of sites) {
      const { folder, path } = pageOf(site)
      yield* [directory({ path: `${root}/${site.name}` }), directory({ path: folder })]
      const { domain, what } = site
      const server = userServer(domain, collect(certificates), collect(webSites))
      const locals = {
        domain,
        server,
        submissions: served.has('submissions'),
        submission: served.has('submission'),
        pop3: served.has('pop3s'),
      }
      const content = what === 'mta-sts' ? policy : template('discovery/config-v1.1.xml.ejs', locals)
      yield file({ path, content })
    }
  },

  records: ({ host: facts, vars: { host, mail, ipv6, extras } }) => {
    const sites = publicNames(activeDomains(mail), extras)
    const addresses = sites.flatMap((site) => addressRecords(facts, ipv6, site.name, addressOf(site).why))
    const policies = policyRecords(activeDomains(mail), mtaStsPolicy(host.fqdn, extras.mtaSts))
    return [{ records: [...addresses, ...policies], missing: [] }]
  },

  checks: ({ vars }) => {
    const policy = mtaStsPolicy(vars.host.fqdn, vars.extras.mtaSts) ?? ''
    const policies = certified(vars).filter(({ what }) => what === 'mta-sts')
    return policies.map((site) => policyCheck(site.name, addressOf(site).path, policy))
  },

  fleet(hosts, refuse) {
    const policies = hosts.map(({ host: { name }, vars: { host, mail, extras } }) => ({
      name,
      fqdn: host.fqdn,
      domains: activeDomains(mail),
      policy: mtaStsPolicy(host.fqdn, extras.mtaSts),
    }))
    for (const { place, found, allowed } of sharedPolicyProblems(policies)) refuse(place, found, allowed)
  },
})

/** The sites that have a certificate; those without one are refused among the resources. */
function certified({ host, mail, extras, tls }: Vars) {
  const names = namesOf(host.fqdn, tls.clientNames)
  return publicNames(activeDomains(mail), extras).filter(({ name }) => names.includes(name))
}
