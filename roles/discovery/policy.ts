import { createHash } from 'node:crypto'
import type { DnsRecord, Fetched, OutsideCheck, Problem } from '#orchestrate'

/** How `extras.mtaSts` may be said once it is on. */
interface MtaSts {
  readonly mode: 'testing' | 'enforce'
  /** Seconds that senders keep the policy. */
  readonly maxAge: number
  /** Mail servers of the domains beside this host. */
  readonly mx: readonly string[]
}

/** What `true` stands for. */
const usual: MtaSts = { mode: 'testing', maxAge: 604_800, mx: [] }

/** The MTA-STS policy of a host's domains (RFC 8461, 3.2); none while it is off. Equal on every host that names the same servers. */
export function mtaStsPolicy(fqdn: string, said: boolean | MtaSts): string | undefined {
  if (said === false) return undefined
  const { mode, maxAge, mx } = said === true ? usual : said
  const servers = [...new Set([fqdn, ...mx])].sort()
  return ['version: STSv1', `mode: ${mode}`, ...servers.map((name) => `mx: ${name}`), `max_age: ${maxAge}`, ''].join(
    '\n',
  )
}

/** The records that say that domains have a policy, and which (RFC 8461, 3.1): its id is 1 to 32 letters and digits. */
export function policyRecords(domains: readonly string[], policy: string | undefined): DnsRecord[] {
  if (policy === undefined) return []
  const id = createHash('sha256').update(policy).digest('hex').slice(0, 20)
  return domains.map((name) => ({
    name: `_mta-sts.${name}`,
    type: 'TXT',
    value: `v=STSv1; id=${id}`,
    why: `MTA-STS policy of ${name}; publish it once the policy is served`,
    text: { begins: 'v=STSv1', tags: {} },
  }))
}

/** Fetches the policy as other servers do, and compares it. */
export function policyCheck(name: string, path: string, policy: string): OutsideCheck {
  return {
    subject: 'web',
    title: `the MTA-STS policy at ${name} is the declared one`,
    run: async ({ fetchPage }) => policyProblems(`https://${name}${path}`, policy, await fetchPage({ name, path })),
  }
}

/** What keeps senders from using the policy as declared: they follow no redirect and want plain text (RFC 8461, 3.3). */
export function policyProblems(place: string, policy: string, fetched: Fetched): Problem[] {
  if ('failed' in fetched) return [{ place, found: fetched.failed, allowed: 'the policy' }]
  if (fetched.status !== 200) return [{ place, found: `status ${fetched.status}`, allowed: '200 and the policy' }]
  const problems: Problem[] = []
  if (!/^text\/plain *(;|$)/i.test(fetched.type))
    problems.push({ place, found: fetched.type || 'no media type', allowed: 'text/plain' })
  if (fetched.text !== policy) problems.push({ place, found: inOneLine(fetched.text), allowed: inOneLine(policy) })
  return problems
}

function inOneLine(text: string): string {
  return text.trim().split(/\r?\n/).slice(0, 20).join(', ') || 'nothing'
}

/** One host of a fleet as its policies see it. */
interface PolicyHost {
  readonly name: string
  readonly fqdn: string
  readonly domains: readonly string[]
  readonly policy: string | undefined
}

/** Mistakes in the policies of domains that several hosts serve: a policy has to name them all, and a domain has only one. */
export function sharedPolicyProblems(hosts: readonly PolicyHost[]): Problem[] {
  return [...new Set(hosts.flatMap(({ domains }) => domains))].flatMap((domain) =>
    domainProblems(
      domain,
      hosts.filter(({ domains }) => domains.includes(domain)),
    ),
  )
}

function domainProblems(domain: string, hosts: readonly PolicyHost[]): Problem[] {
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
