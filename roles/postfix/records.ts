import { createHash } from 'node:crypto'
import { type DnsRecord, type HostFacts, type HostRecords, sh } from '#orchestrate'

/** Where other servers report TLS that failed on the way to us (RFC 8460, 3). */
export function tlsReportRecords(domains: readonly string[], said: boolean | string, postmaster: string): DnsRecord[] {
  if (said === false) return []
  const rua = said === true ? postmaster : said
  return domains.map((name) => ({
    name: `_smtp._tls.${name}`,
    type: 'TXT',
    value: `v=TLSRPTv1; rua=mailto:${rua}`,
    why: `TLS reports about ${name}`,
    text: { begins: 'v=TLSRPTv1', tags: {} },
  }))
}

/** The key that port 25 shows, for senders that check DNSSEC (RFC 7672, 3.1.1: usage 3, selector 1). It is read off the host. */
export function daneRecords({ name: host }: HostFacts, fqdn: string): HostRecords {
  const head = { name: `_25._tcp.${fqdn}`, type: 'TLSA' } as const
  const why = `key of ${host} on port 25; the zone has to be signed`
  return {
    // The key's file comes first, the certificate's last.
    script: sh`chain=$(postconf -xh smtpd_tls_chain_files 2>/dev/null | sed 's/.*[, ]//')
if test -f "$chain"; then
  openssl x509 -in "$chain" -noout -pubkey 2>/dev/null | openssl pkey -pubin -outform DER 2>/dev/null | base64 -w 0
fi`,
    unread: [{ ...head, because: `the certificate is on ${host}; run again without --offline` }],
    read: (output) => {
      const [base64] = /^[A-Za-z0-9+/]+=*$/m.exec(output.trim()) ?? []
      if (!base64) return { records: [], missing: [{ ...head, because: `${host} has no certificate for port 25` }] }
      // Another key beside the present one is how a change of keys begins (RFC 7671, 8.1).
      return { records: [{ ...head, value: tlsaValue(base64), why, others: 'allowed' }], missing: [] }
    },
  }
}

/** Usage DANE-EE, selector SPKI, SHA-256 (RFC 6698, 2.1; RFC 7671, 5.1). */
function tlsaValue(base64: string): string {
  return `3 1 1 ${createHash('sha256').update(Buffer.from(base64, 'base64')).digest('hex')}`
}
