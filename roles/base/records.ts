import ipaddr from 'ipaddr.js'
import type { DnsRecord, DnsRecords, HostFacts } from '#orchestrate'
import { addressRecords, ipv4Of, ipv6Of } from '../lib/records.ts'

/** A, AAAA and PTR records of a host's own name. */
export function hostRecords(
  host: HostFacts,
  fqdn: string,
  ipv6: { readonly enabled: boolean; readonly address?: string | undefined },
): DnsRecords {
  const four = ipv4Of(host)
  const because = `hosts.${host.name}.address is ${host.address}, not an IPv4 address`
  return {
    records: [...addressRecords(host, ipv6, fqdn, `the host ${host.name}`), ...reverse(four), ...reverse(ipv6Of(ipv6))],
    missing: four === undefined ? [{ name: fqdn, type: 'A', because }] : [],
  }

  function reverse(address: string | undefined): DnsRecord[] {
    if (address === undefined) return []
    const why = 'forward and reverse must agree; set where the address is rented'
    return [{ name: reverseName(address), type: 'PTR', value: fqdn, why }]
  }
}

/** Where an address is looked up backwards (RFC 1035, 3.5; RFC 3596, 2.5). */
export function reverseName(address: string): string {
  const parsed = ipaddr.parse(address)
  if (parsed instanceof ipaddr.IPv4) return `${[...parsed.octets].reverse().join('.')}.in-addr.arpa`
  const nibbles = parsed.parts.map((part) => part.toString(16).padStart(4, '0')).join('')
  return `${[...nibbles].reverse().join('.')}.ip6.arpa`
}
