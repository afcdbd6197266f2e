import type { RecordResult } from '../engine/compare-records.ts'
import { txtPresentation, txtStrings } from '../kernel/dns-text.ts'
import { printable } from '../kernel/printable.ts'
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
  const causes = Map.groupBy(
    problems.filter(({ says }) => says !== undefined),
    ({ says }) => says,
  )
  const lines = [
    // What keeps several records from being compared is told once.
    ...[...causes].map(([cause, same]) => `✗ ${cause}\n    not checked: ${same.map(({ place }) => place).join(', ')}`),
    ...problems
      .filter(({ says }) => says === undefined)
      .map(({ place, found, allowed }) => `✗ ${place}\n    found   ${found}\n    wanted  ${allowed}`),
    ...missing.map(({ name, type, because }) => `✗ ${name} ${type}\n    not known: ${because}`),
    `${compared.length} records, ${wrong} not as wanted`,
  ]
  return printable(`${lines.join('\n')}\n`)
}

function recordJson({ name, type, value, priority, optional, why }: DnsRecord) {
  return { name, type, value, priority, optional, why }
}

/** Records as columns for people, no wider than `width`: what a record is for is cut before its value is. The zone file has all in full. */
export function recordsTable({ records, missing }: DnsRecords, width = 120): string {
  const rows = records.map((record) => [record.name, record.type, shownValue(record), record.why] as const)
  const widest = (lengths: readonly number[]) => Math.max(5, ...lengths)
  const [names, types] = [widest(rows.map(([name]) => name.length)), widest(rows.map(([, type]) => type.length))]
  const left = width - names - types - 4
  // Keys are cut anyway: the column is as wide as those values that fit as a whole.
  const whole = rows.map(([, , value]) => value.length).filter((length) => length <= Math.min(60, left))
  const room = Math.max(24, ...whole)
  // A reason that has no room for a few words is left out.
  const reasons = left - room - 2 >= 12 ? left - room - 2 : 0
  const line = ([name, type, value, why]: readonly [string, string, string, string]) =>
    `${name.padEnd(names)}  ${type.padEnd(types)}  ${cut(value, room).padEnd(room)}  ${cut(why, reasons)}`.trimEnd()
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
  return text.length <= room ? text : `${text.slice(0, Math.max(0, room - 1))}${room > 0 ? '…' : ''}`
}
