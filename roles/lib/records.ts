import ipaddr from 'ipaddr.js'
import type { DnsRecord, HostFacts } from '#orchestrate'

/** Section `ipv6` as far as records go. */
interface Ipv6 {
  readonly enabled: boolean
  readonly address?: string | undefined
}

/** A and AAAA records of a name of a host; an address that is no IPv4 address makes no A record. */
export function addressRecords(host: HostFacts, ipv6: Ipv6, name: string, why: string): DnsRecord[] {
  const [four, six] = [ipv4Of(host), ipv6Of(ipv6)]
  return [
    ...(four === undefined ? [] : [{ name, type: 'A', value: four, why } as const]),
    ...(six === undefined ? [] : [{ name, type: 'AAAA', value: six, why } as const]),
  ]
}

/** The IPv4 address that a host is reached at, if the inventory names one. */
export function ipv4Of({ address }: HostFacts): string | undefined {
  return ipaddr.IPv4.isValidFourPartDecimal(address) ? address : undefined
}

/** The public IPv6 address, if IPv6 is used. */
export function ipv6Of({ enabled, address }: Ipv6): string | undefined {
  return enabled && address ? ipaddr.parse(address).toString() : undefined
}

/** MX and SPF records of a domain whose mail one host takes and sends. */
export function mailDomainRecords(domain: string, fqdn: string): DnsRecord[] {
  return [
    { name: domain, type: 'MX', value: fqdn, priority: 10, why: `mail for ${domain} comes here` },
    ...(domain === fqdn
      ? []
      : [senderPolicy(domain, 'v=spf1 mx -all', `SPF: mail of ${domain} comes from its MX only`)]),
  ]
}

/** An SPF record (RFC 7208, 3). */
export function senderPolicy(name: string, value: string, why: string): DnsRecord {
  return { name, type: 'TXT', value, why, text: { begins: 'v=spf1' } }
}

/** SRV records by which mail programs find servers (RFC 6186, RFC 8314); a service without a port is said not to be offered. */
export function serviceRecords(
  domains: readonly string[],
  services: readonly (readonly [service: string, port: number | undefined])[],
  serverOf: (domain: string) => string,
): DnsRecord[] {
  return domains.flatMap((domain) =>
    services.map(([service, port]) => ({
      name: `_${service}._tcp.${domain}`,
      type: 'SRV',
      value: port === undefined ? '0 0 0 .' : `0 1 ${port} ${serverOf(domain)}`,
      optional: true,
      why: port === undefined ? `${service} is not offered` : `mail programs find ${service}`,
    })),
  )
}
