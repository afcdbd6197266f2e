import type { DnsRecord } from '#orchestrate'

/** Who may issue certificates for a domain and the names in it (RFC 8659, 4). */
export function issuerRecords(
  domains: readonly string[],
  { caa, caaIodef }: { readonly caa: boolean | readonly string[]; readonly caaIodef?: string | undefined },
): DnsRecord[] {
  if (caa === false) return []
  const issuers = caa === true ? ['letsencrypt.org'] : caa
  return domains.flatMap((name) => [
    ...issuers.map((issuer): DnsRecord => {
      const why = `${issuer} issues certificates for ${name}, nobody else does`
      return { name, type: 'CAA', value: `0 issue "${issuer}"`, why }
    }),
    ...(caaIodef === undefined ? [] : [iodef(name, caaIodef)]),
  ])
}

function iodef(name: string, address: string): DnsRecord {
  const why = 'refused requests for certificates are told here'
  return { name, type: 'CAA', value: `0 iodef "mailto:${address}"`, why }
}
