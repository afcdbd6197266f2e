import type { RecordResult } from '../engine/compare-records.ts'
import { txtPresentation, txtStrings } from '../kernel/dns-text.ts'
import type { DnsRecord, DnsRecords } from '../model/dns.ts'

/** Records as a zone file; names are absolute, so that parts of it can be pasted anywhere. */
export function zoneFile({ records, missing }: DnsRecords): string {
  const lines = records.map((record) => `; ${record.why}${record.optional ? ' (optional)' : ''}\n${zoneLine(record)}`)
  const holes = missing.map(({ name, type, because }) => `; MISSING ${name}. ${type}: ${because}`)
  return `$TTL 3600\n${[...lines, ...holes].join('\n')}\n`
}

/** Records as JSON, schema `orchestrate/dns/1`: `records` with name, type, value, priority, chunks, optional, why; `missing`. */
export function recordsJson({ records, missing }: DnsRecords): string {
  const listed = records.map((record) => ({
    ...recordJson(record),
    ...(record.type === 'TXT' ? { chunks: txtStrings(record.value) } : {}),
    optional: record.optional ?? false,
  }))
  return `${JSON.stringify({ schema: 'orchestrate/dns/1', records: listed, missing }, undefined, 2)}\n`
}

/** What the servers said of each record as JSON, schema `orchestrate/dns-check/1`: `results` with record and problems; `missing`. */
export function comparisonJson(compared: readonly RecordResult[], missing: DnsRecords['missing']): string {
  const results = compared.map(({ record, problems }) => ({ record: recordJson(record), problems }))
  return `${JSON.stringify({ schema: 'orchestrate/dns-check/1', results, missing }, undefined, 2)}\n`
}

/** The same for people: every problem, then the sum. */
export function comparisonText(compared: readonly RecordResult[], missing: DnsRecords['missing']): string {
  const problems = compared.flatMap((one) => one.problems)
  const wrong = compared.filter((one) => one.problems.length > 0).length + missing.length
  const lines = [
    ...problems.map(({ place, found, allowed }) => `✗ ${place}\n    found   ${found}\n    wanted  ${allowed}`),
    ...missing.map(({ name, type, because }) => `✗ ${name} ${type}\n    not known: ${because}`),
    `${compared.length} records, ${wrong} not as wanted`,
  ]
  return `${lines.join('\n')}\n`
}

function recordJson({ name, type, value, priority, optional, why }: DnsRecord) {
  return { name, type, value, priority, optional, why }
}

/** Records as columns for people; long values are cut. */
export function recordsTable({ records, missing }: DnsRecords, width = 120): string {
  const rows = records.map((record) => [record.name, record.type, shownValue(record), record.why] as const)
  const wide = [0, 1].map((column) => Math.max(4, ...rows.map((row) => row[column]?.length ?? 0)))
  const room = Math.max(24, Math.min(60, width - (wide[0] ?? 0) - (wide[1] ?? 0) - 30))
  const line = ([name, type, value, why]: readonly [string, string, string, string]) =>
    `${name.padEnd(wide[0] ?? 0)}  ${type.padEnd(wide[1] ?? 0)}  ${cut(value, room).padEnd(room)}  ${why}`.trimEnd()
  const holes = missing.map(({ name, type, because }) => `missing: ${name} ${type}: ${because}`)
  return `${[line(['NAME', 'TYPE', 'VALUE', 'WHY']), ...rows.map(line), ...holes].join('\n')}\n`
}

/** A record's data as a zone file has it. */
export function zoneLine(record: DnsRecord): string {
  const { name, type, value } = record
  return `${name}. IN ${type} ${type === 'TXT' ? txtPresentation(value) : dotted(record)}`
}

function dotted({ type, value, priority }: DnsRecord): string {
  if (type === 'MX') return `${priority ?? 10} ${value}.`
  if (type === 'CNAME' || type === 'PTR') return `${value}.`
  return type === 'SRV' && !value.endsWith(' .') ? `${value}.` : value
}

function shownValue({ type, value, priority }: DnsRecord): string {
  return type === 'MX' ? `${priority ?? 10} ${value}` : value
}

function cut(text: string, room: number): string {
  return text.length <= room ? text : `${text.slice(0, room - 1)}…`
}
