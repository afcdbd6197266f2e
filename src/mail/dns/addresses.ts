import ipaddr from 'ipaddr.js'
import type { MailHost } from '../facts.ts'
import type { DnsRecord, FleetRecords, MissingRecord } from './record.ts'

/** A, AAAA and PTR of the hosts and of the names that clients use. */
export function addressRecords(hosts: readonly MailHost[]): FleetRecords {
  const records: DnsRecord[] = []
  const missing: MissingRecord[] = []
  for (const host of hosts) {
    const four = ipaddr.IPv4.isValidFourPartDecimal(host.address) ? host.address : undefined
    if (four === undefined) {
      const because = `hosts.${host.name}.address is ${host.address}, not an IPv4 address`
      missing.push({ name: host.host.fqdn, type: 'A', because })
    }
    records.push(...namesOf(host, four), ...reverse(host, four), ...reverse(host, sixOf(host)))
  }
  return { records, missing }
}

/** Where an address is looked up backwards (RFC 1035, 3.5; RFC 3596, 2.5). */
export function reverseName(address: string): string {
  const parsed = ipaddr.parse(address)
  if (parsed instanceof ipaddr.IPv4) return `${[...parsed.octets].reverse().join('.')}.in-addr.arpa`
  const nibbles = parsed.parts.map((part) => part.toString(16).padStart(4, '0')).join('')
  return `${[...nibbles].reverse().join('.')}.ip6.arpa`
}

function namesOf(host: MailHost, four: string | undefined): DnsRecord[] {
  const six = sixOf(host)
  return host.clientNames.flatMap((name) => {
    const why = purpose(host, name)
    return [
      ...(four === undefined ? [] : [{ name, type: 'A', value: four, why } as const]),
      ...(six === undefined ? [] : [{ name, type: 'AAAA', value: six, why } as const]),
    ]
  })
}

function purpose(host: MailHost, name: string): string {
  if (name === host.host.fqdn) return `the host ${host.name}`
  const site = host.publicNames.find((one) => one.name === name)
  if (!site) return `clients connect to ${name}`
  return site.what === 'mta-sts' ? 'the MTA-STS policy is fetched here' : 'mail programs fetch their settings here'
}

function reverse({ host }: MailHost, address: string | undefined): DnsRecord[] {
  if (address === undefined) return []
  const why = 'forward and reverse must agree; set where the address is rented'
  return [{ name: reverseName(address), type: 'PTR', value: host.fqdn, why }]
}

function sixOf({ ipv6 }: MailHost): string | undefined {
  return ipv6.enabled && ipv6.address ? ipaddr.parse(ipv6.address).toString() : undefined
}
