import type { Problem } from '../../kernel/errors.ts'
import type { DnsRecord } from './record.ts'
import { tags, txtChunks } from './txt.ts'

/** What a server said to one question. */
export interface Answer {
  readonly server: string
  /** NOERROR, NXDOMAIN, or why there is no answer. */
  readonly status: string
  /** Texts of MX (`10 host`), SRV, A …; names without the last dot, in lower case. */
  readonly values: readonly string[]
  /** The strings of each TXT record. */
  readonly texts: readonly (readonly string[])[]
  /** Seconds that caches may keep this answer, also that there is no such record (RFC 2308, 5). */
  readonly ttl?: number | undefined
}

/** What is wrong with one record at one server; nothing when it is published as wanted. `others` are wanted records of the same name and type. */
export function recordProblems(want: DnsRecord, answer: Answer, others: readonly DnsRecord[] = []): Problem[] {
  const place = `${want.name} ${want.type} at ${answer.server}`
  if (answer.status !== 'NOERROR' && answer.status !== 'NXDOMAIN') {
    return [{ place, found: answer.status, allowed: shown(want) }]
  }
  if (want.type === 'TXT') return textProblems(want, answer, place)
  const wanted = [want, ...others].map(comparable)
  const missing = answer.values.includes(comparable(want))
    ? []
    : [{ place, found: answer.values.join(', ') || nothing(answer), allowed: comparable(want) }]
  // Another key beside the present one is how a change of keys begins (RFC 7671, 8.1).
  const strange = want.type === 'TLSA' ? [] : answer.values.filter((value) => !wanted.includes(value))
  if (missing.length > 0 || strange.length === 0) return missing
  return [{ place, found: `also ${strange.join(', ')}`, allowed: `only ${wanted.join(', ')}` }]
}

function textProblems(want: DnsRecord, answer: Answer, place: string): Problem[] {
  const sort = sortOf(want.value)
  const joined = answer.texts.map((chunks) => chunks.join(''))
  const candidates = answer.texts.filter((_, at) => sortOf(joined[at] ?? '') === sort)
  if (candidates.length > 1) {
    return [{ place, found: `${candidates.length} records that start with ${sort}`, allowed: 'exactly one' }]
  }
  const [chunks] = candidates
  if (chunks) return same(want.value, chunks.join(''), sort) ? [] : chunkProblems(want.value, chunks, place)
  const [other] = answer.texts
  if (other && sort.startsWith('v=DKIM1')) return chunkProblems(want.value, other, place)
  return [{ place, found: nothing(answer), allowed: shown(want) }]
}

/** The difference, chunk by chunk: where a panel cut, dropped or padded the value. */
function chunkProblems(value: string, chunks: readonly string[], place: string): Problem[] {
  const wanted = txtChunks(value)
  const joined = chunks.join('')
  if (joined.replaceAll(/\s/g, '') === value.replaceAll(/\s/g, '')) {
    const at = firstDifference(value, joined)
    return [
      { place, found: `blanks that do not belong there, at octet ${at}`, allowed: 'chunks that join without blanks' },
    ]
  }
  const equal = chunks.findIndex((chunk, index) => chunk !== wanted[index])
  const index = equal < 0 ? chunks.length : equal
  const name = `chunk ${index + 1} of ${wanted.length}`
  const expected = wanted[index]
  if (chunks[index] === undefined) {
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

function same(wanted: string, found: string, sort: string): boolean {
  if (wanted === found) return true
  if (!/^v=(DKIM1|DMARC1|STSv1|TLSRPTv1)/.test(sort)) return false
  const [a, b] = [tags(wanted), tags(found)]
  const meaning = (map: Map<string, string>) =>
    JSON.stringify([...map].filter(([tag, value]) => !(tag === 'k' && value === 'rsa')).sort())
  return meaning(a) === meaning(b)
}

/** What sort of text it is: a name may carry others beside it. */
function sortOf(value: string): string {
  return /^v=(spf1|DKIM1|DMARC1|STSv1|TLSRPTv1)\b/i.exec(value)?.[0] ?? value
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
  if (texts.length > 0) return `only ${texts.map((chunks) => start(chunks.join(''))).join(', ')}`
  return status === 'NXDOMAIN' ? 'no such name' : 'no such record'
}

function start(text: string): string {
  return text.length > 32 ? `${text.slice(0, 32)}…` : text
}

function shown({ type, value }: DnsRecord): string {
  return type === 'TXT' && value.length > 60 ? `${value.slice(0, 60)}…` : value
}
