import { activeDomains, type MailHost } from '../facts.ts'
import type { DnsRecord } from './record.ts'

/** Where other servers report TLS that failed on the way to us (RFC 8460, 3). */
export function tlsReportRecords(host: MailHost): DnsRecord[] {
  const { tlsRpt } = host.extras
  if (tlsRpt === false) return []
  const rua = tlsRpt === true ? host.mail.postmaster : tlsRpt
  return activeDomains(host).map(({ name }) => ({
    name: `_smtp._tls.${name}`,
    type: 'TXT',
    value: `v=TLSRPTv1; rua=mailto:${rua}`,
    why: `TLS reports about ${name}`,
  }))
}
