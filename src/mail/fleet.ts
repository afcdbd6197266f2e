import { z } from 'zod'
import type { EvaluatedHost } from '../dsl/evaluate.ts'
import type { Problem } from '../kernel/errors.ts'
import { mailHostVars } from './facts.ts'
import { mtaStsPolicy } from './mta-sts.ts'

const vars = z.object({ host: z.object({ fqdn: z.string() }) })

type Side = Pick<EvaluatedHost, 'facts' | 'vars'>

/** Mistakes that show only when hosts are laid side by side. */
export function fleetProblems(hosts: readonly Side[]): Problem[] {
  return [...sharedNames(hosts), ...sharedDomains(hosts)]
}

/** One name for two hosts, which HELO, PTR and A cannot share. */
function sharedNames(hosts: readonly Side[]): Problem[] {
  const named = hosts.flatMap(({ facts, vars: given }) => {
    const parsed = vars.safeParse(given)
    return parsed.success ? [{ host: facts.name, fqdn: parsed.data.host.fqdn }] : []
  })
  return named.flatMap(({ host, fqdn }, index) => {
    const first = named.findIndex((one) => one.fqdn === fqdn)
    if (first === index) return []
    const found = `${fqdn}, which is also ${named[first]?.host}`
    return [{ place: `hosts.${host}.vars.host.fqdn`, found, allowed: 'each name once: say it host by host' }]
  })
}

interface DomainHost {
  readonly name: string
  readonly fqdn: string
  readonly domains: readonly string[]
  readonly policy: string | undefined
}

/** A domain on several hosts: its MTA-STS policy has to name them all, and a domain has only one policy and one id. */
function sharedDomains(hosts: readonly Side[]): Problem[] {
  const mail = hosts.flatMap(({ facts, vars: given }): DomainHost[] => {
    const parsed = mailHostVars.safeParse(given)
    if (!parsed.success) return []
    const { host, mail: said, extras } = parsed.data
    const domains = said.domains.filter(({ active }) => active).map(({ name }) => name)
    return [{ name: facts.name, fqdn: host.fqdn, domains, policy: mtaStsPolicy(host.fqdn, extras.mtaSts) }]
  })
  return [...new Set(mail.flatMap(({ domains }) => domains))].flatMap((domain) =>
    policyProblems(
      domain,
      mail.filter(({ domains }) => domains.includes(domain)),
    ),
  )
}

function policyProblems(domain: string, hosts: readonly DomainHost[]): Problem[] {
  const [first, ...others] = hosts.filter(({ policy }) => policy !== undefined)
  if (!first) return []
  const unnamed = [first, ...others].flatMap(({ name, policy = '' }): Problem[] => {
    const missing = hosts.map(({ fqdn }) => fqdn).filter((fqdn) => !policy.includes(`\nmx: ${fqdn}\n`))
    const found = `no ${missing.join(', ')}, where mail for ${domain} comes in, too`
    const allowed = `every mail server of ${domain}`
    return missing.length === 0 ? [] : [{ place: `hosts.${name}.vars.extras.mtaSts.mx`, found, allowed }]
  })
  if (unnamed.length > 0) return unnamed
  return others
    .filter(({ policy }) => policy !== first.policy)
    .map(({ name }) => ({
      place: `hosts.${name}.vars.extras.mtaSts`,
      found: `another policy for ${domain} than on ${first.name}`,
      allowed: 'one mode, maxAge and list of servers on all hosts of a domain',
    }))
}
