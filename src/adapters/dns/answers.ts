import { getServers, Resolver } from 'node:dns'
import type { DecodedPacket, RecordType, Answer as WireAnswer } from 'dns-packet'
import { getDomain } from 'tldts'
import type { Answer, DnsType } from '../../model/dns.ts'
import { systemCode } from '../system-error.ts'
import { ask, type NameServer } from './client.ts'

/** Asks for records as the checks compare them. */
export interface Asker {
  /** What each authoritative server of the name says. */
  answers(name: string, type: DnsType | 'SOA'): Promise<Answer[]>
}

/** Asks the given servers, or each name's own authoritative ones, found through the resolver of this machine. */
export function asker(servers: readonly NameServer[] = []): Asker {
  const found = new Map<string, Promise<readonly NameServer[]>>()
  const serversOf = (name: string): Promise<readonly NameServer[]> => {
    if (servers.length > 0) return Promise.resolve(servers)
    const known = found.get(name) ?? authoritative(name)
    found.set(name, known)
    return known
  }
  return {
    answers: async (name, type) => {
      const asked = await serversOf(name).catch((error: unknown) => silent(error))
      if (typeof asked === 'string') return [unanswered('', asked)]
      if (asked.length === 0) return [unanswered('', `no authoritative server found for ${getDomain(name) ?? name}`)]
      return Promise.all(asked.map((server) => one(name, type, server)))
    },
  }
}

async function one(name: string, type: DnsType | 'SOA', server: NameServer): Promise<Answer> {
  const label = server.port ? `${server.address}:${server.port}` : server.address
  try {
    const answer = await ask(name, type as RecordType, server, true)
    return { server: label, ...read(answer, type) }
  } catch (error) {
    return unanswered(label, error instanceof Error ? error.message : String(error))
  }
}

function unanswered(server: string, why: string): Answer {
  return { server, status: why, unanswered: why, values: [], texts: [] }
}

function silent(error: unknown): string {
  const reason = systemCode(error) === 'ETIMEOUT' ? 'no answer in time' : String(systemCode(error) ?? error)
  return `the DNS resolver of this machine (${getServers().join(', ')}) cannot be used: ${reason}`
}

function read(answer: DecodedPacket, type: string): Omit<Answer, 'server'> {
  const records = (answer.answers ?? []).filter((record) => record.type === type)
  const texts = records.flatMap((record) => (record.type === 'TXT' ? [[record.data].flat().map(String)] : []))
  return { status: rcode(answer), values: records.flatMap(valuesOf), texts, ttl: ttlOf(records, answer) }
}

function ttlOf(records: readonly WireAnswer[], { authorities = [] }: DecodedPacket): number | undefined {
  if (records.length > 0) return Math.max(...records.map((record) => ('ttl' in record && record.ttl) || 0))
  const [soa] = authorities.filter((record) => record.type === 'SOA')
  return soa && Math.min(soa.ttl ?? 0, soa.data.minimum ?? 0)
}

function valuesOf(record: WireAnswer): string[] {
  const bare = (name: string) => (name === '' ? '.' : name.replace(/(?<=.)\.$/, '')).toLowerCase()
  if (record.type === 'MX') return [`${record.data.preference ?? 0} ${bare(record.data.exchange)}`]
  if (record.type === 'SRV') {
    const { priority = 0, weight = 0, port, target } = record.data
    return [`${priority} ${weight} ${port} ${bare(target)}`]
  }
  if (record.type === 'CAA')
    return [`${record.data.flags ?? 0} ${record.data.tag} "${record.data.value}"`.toLowerCase()]
  if (record.type === 'TLSA') {
    const { usage, selector, matchingType, certificate } = record.data
    return [`${usage} ${selector} ${matchingType} ${certificate.toString('hex')}`]
  }
  return 'data' in record && typeof record.data === 'string' ? [bare(record.data)] : []
}

function rcode(answer: DecodedPacket): string {
  return String((answer as { rcode?: unknown }).rcode ?? 'NOERROR')
}

/** The servers of the zone that a name lies in: the nearest NS set above it. */
async function authoritative(name: string): Promise<NameServer[]> {
  const labels = name.split('.')
  for (let at = 0; at < labels.length - 1; at++) {
    const names = await resolve(labels.slice(at).join('.'), 'NS')
    const addresses = await Promise.all(names.map((server) => resolve(server, 'A')))
    if (addresses.flat().length > 0) return [...new Set(addresses.flat())].map((address) => ({ address }))
  }
  return []
}

/** Codes of a resolver that nobody answers, in contrast to one that says no. */
const unusable: readonly unknown[] = ['ECONNREFUSED', 'ETIMEOUT']

function resolve(name: string, type: 'NS' | 'A'): Promise<string[]> {
  const { promise, resolve: done, reject } = Promise.withResolvers<string[]>()
  new Resolver({ timeout: 3_000, tries: 2 }).resolve(name, type, (error, found) => {
    if (error && unusable.includes(error.code)) reject(error)
    else done((found as string[] | undefined) ?? [])
  })
  return promise
}
