import { tags, txtStrings } from '../kernel/dns-text.ts'
import type { Problem } from '../kernel/errors.ts'
import type { Answer, DnsRecord, DnsType } from '../model/dns.ts'

/** What one record turned out to be. */
export interface RecordResult {
  readonly record: DnsRecord
  readonly problems: readonly Problem[]
}

/** Asks every server of every record; an optional record that nobody published, or that was withdrawn, is no problem, a wrong one is. */
export async function checkRecords(
  records: readonly DnsRecord[],
  answers: (name: string, type: DnsType) => Promise<readonly Answer[]>,
): Promise<RecordResult[]> {
  return Promise.all(
    records.map(async (record) => {
      const others = records.filter((one) => one !== record && one.name === record.name && one.type === record.type)
      const given = await answers(record.name, record.type)
      const told = given.filter((answer) => !(record.optional && (isEmpty(answer) || isWithdrawn(record, answer))))
      return { record, problems: told.flatMap((answer) => compareRecord(record, answer, others)) }
    }),
  )
}

/** What is wrong with one record at one server; nothing when it is published as wanted. `others` are wanted records of the same name and type. */
export function compareRecord(want: DnsRecord, answer: Answer, others: readonly DnsRecord[] = []): Problem[] {
  const { unanswered } = answer
  if (unanswered !== undefined)
    return [{ place: `${want.name} ${want.type}`, found: unanswered, allowed: shown(want), says: unanswered }]
  const place = `${want.name} ${want.type} at ${answer.server}`
  if (answer.status !== 'NOERROR' && answer.status !== 'NXDOMAIN') {
    return [{ place, found: answer.status, allowed: shown(want) }]
  }
  if (want.type === 'TXT') return textProblems(want, answer, place)
  const wanted = [want, ...others].map(comparable)
  const missing = answer.values.includes(comparable(want))
    ? []
    : [{ place, found: answer.values.join(', ') || nothing(answer), allowed: comparable(want) }]
  const strange = want.others === 'allowed' ? [] : answer.values.filter((value) => !wanted.includes(value))
  if (missing.length > 0 || strange.length === 0) return missing
  return [{ place, found: `also ${strange.join(', ')}`, allowed: `only ${wanted.join(', ')}` }]
}

/** Whether a server says of a record that it was withdrawn, e.g. that a key is revoked. */
export function isWithdrawn({ text }: Pick<DnsRecord, 'text'>, { texts }: Pick<Answer, 'texts'>): boolean {
  const tag = text?.withdrawnBy
  return tag !== undefined && texts.length > 0 && texts.every((strings) => tags(strings.join('')).get(tag) === '')
}

function isEmpty({ status, values, texts }: Answer): boolean {
  return (status === 'NOERROR' || status === 'NXDOMAIN') && values.length === 0 && texts.length === 0
}

function textProblems(want: DnsRecord, answer: Answer, place: string): Problem[] {
  const candidates = answer.texts.filter((strings) => isSameSort(want, strings.join('')))
  if (candidates.length > 1) {
    const found = `${candidates.length} records that start with ${want.text?.begins ?? want.value}`
    return [{ place, found, allowed: 'exactly one' }]
  }
  const [strings] = candidates
  if (strings) return isEqual(want, strings.join('')) ? [] : stringProblems(want.value, strings, place)
  const [other] = answer.texts
  if (other && want.text?.alone) return stringProblems(want.value, other, place)
  return [{ place, found: nothing(answer), allowed: shown(want) }]
}

/** A name may carry texts of other sorts. */
function isSameSort({ text, value }: DnsRecord, found: string): boolean {
  if (!text) return found === value
  const begins = found.slice(0, text.begins.length).toLowerCase() === text.begins.toLowerCase()
  return begins && !/^\w/.test(found.slice(text.begins.length))
}

/** The difference, string by string: where a panel cut, dropped or padded the value. */
function stringProblems(value: string, strings: readonly string[], place: string): Problem[] {
  const wanted = txtStrings(value)
  const joined = strings.join('')
  if (joined.replaceAll(/\s/g, '') === value.replaceAll(/\s/g, '')) {
    const at = firstDifference(value, joined)
    return [
      { place, found: `blanks that do not belong there, at octet ${at}`, allowed: 'chunks that join without blanks' },
    ]
  }
  const equal = strings.findIndex((one, index) => one !== wanted[index])
  const index = equal < 0 ? strings.length : equal
  const name = `chunk ${index + 1} of ${wanted.length}`
  const expected = wanted[index]
  if (strings[index] === undefined) {
    const allowed = `${wanted.length} chunks; the missing one begins ${start(expected ?? '')}`
    return [{ place, found: `${name} missing: ${joined.length} of ${value.length} octets`, allowed }]
  }
  const at = firstDifference(value, joined)
  return [
    {
      place,
      found: `${name} differs at octet ${at}: ${start(joined.slice(at))}`,
      allowed: start(value.slice(at)) || `nothing after octet ${value.length}`,
    },
  ]
}

function isEqual({ text, value }: DnsRecord, found: string): boolean {
  if (value === found) return true
  if (!text?.tags) return false
  const implied = Object.entries(text.tags.implied ?? {})
  const meaning = (of: string) =>
    JSON.stringify([...tags(of)].filter(([tag, set]) => !implied.some(([t, v]) => t === tag && v === set)).sort())
  return meaning(value) === meaning(found)
}

function comparable({ type, value, priority }: DnsRecord): string {
  return (type === 'MX' ? `${priority ?? 10} ${value}` : value).toLowerCase()
}

function firstDifference(a: string, b: string): number {
  let at = 0
  while (at < a.length && a[at] === b[at]) at += 1
  return at
}

function nothing({ status, texts }: Answer): string {
  if (texts.length > 0) return `only ${texts.map((strings) => start(strings.join(''))).join(', ')}`
  return status === 'NXDOMAIN' ? 'no such name' : 'no such record'
}

function start(text: string): string {
  return text.length > 32 ? `${text.slice(0, 32)}…` : text
}

function shown({ type, value }: DnsRecord): string {
  return type === 'TXT' && value.length > 60 ? `${value.slice(0, 60)}…` : value
}
