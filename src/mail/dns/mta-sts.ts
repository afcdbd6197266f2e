import { activeDomains, type MailHost } from '../facts.ts'
import { mtaStsId, mtaStsPolicy } from '../mta-sts.ts'
import type { DnsRecord } from './record.ts'

/** Says that a domain has a policy, and which (RFC 8461, 3.1). */
export function mtaStsRecords(host: MailHost): DnsRecord[] {
  const policy = mtaStsPolicy(host.host.fqdn, host.extras.mtaSts)
  if (policy === undefined) return []
  return activeDomains(host).map(({ name }) => ({
    name: `_mta-sts.${name}`,
    type: 'TXT',
    value: `v=STSv1; id=${mtaStsId(policy)}`,
    why: `MTA-STS policy of ${name}; publish it once the policy is served`,
  }))
}
