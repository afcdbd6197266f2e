import type { DnsRecord, DnsRecords, DnsSource, HostRecords, MissingRecord } from '../model/dns.ts'

/** One host's sources of records, and what those on the host printed; `undefined` where the host was not asked. */
export interface HostSources {
  readonly host: string
  readonly sources: readonly DnsSource[]
  readonly printed: ((source: HostRecords) => string | undefined) | undefined
}

const order: readonly DnsRecord['type'][] = ['A', 'AAAA', 'PTR', 'MX', 'CNAME', 'TXT', 'CAA', 'TLSA', 'SRV']

/** Every record that a fleet needs, each once, sorted by type; and those that are not known, with the reason. */
export function fleetRecords(hosts: readonly HostSources[]): DnsRecords {
  const all = hosts.map((one) => ({ host: one.host, ...ownRecords(one) }))
  const soles = new Map<string, { readonly host: string; readonly value: string }>()
  const missing: MissingRecord[] = all.flatMap((one) => one.missing)
  const records: DnsRecord[] = []
  for (const { host, records: own } of all) {
    for (const record of own) {
      const first = soles.get(placeOf(record))
      if (record.sole !== undefined && first && first.host !== host && first.value !== record.value)
        missing.push(conflict(record, first.host, host))
      else records.push(record)
      if (record.sole !== undefined && !first) soles.set(placeOf(record), { host, value: record.value })
    }
  }
  const distinct = [...new Map(records.map((record) => [`${placeOf(record)} ${record.value}`, record])).values()]
  return { records: distinct.toSorted((a, b) => order.indexOf(a.type) - order.indexOf(b.type)), missing }
}

/** Whether the records of a source lie on the host. */
export function isOnHost(source: DnsSource): source is HostRecords {
  return 'script' in source
}

function ownRecords({ sources, printed }: HostSources): DnsRecords {
  const parts = sources.map((source): DnsRecords => {
    if (!isOnHost(source)) return source
    const output = printed?.(source)
    return output === undefined ? { records: [], missing: source.unread } : source.read(output)
  })
  return { records: parts.flatMap((one) => one.records), missing: parts.flatMap((one) => one.missing) }
}

function placeOf({ name, type }: DnsRecord): string {
  return `${name} ${type}`
}

function conflict({ name, type, sole }: DnsRecord, first: string, second: string): MissingRecord {
  return { name, type, because: `${first} and ${second} hold ${sole}` }
}
