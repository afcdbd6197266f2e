import { type ErrorDetails, type ExitName, OrchestrateError } from '../kernel/errors.ts'
import { type Named, namedSelectors } from '../mail/dkim/facts.ts'
import {
  type HostSigning,
  hostSigningScript,
  type PublishedNote,
  parseHostSigning,
  writeNotes,
} from '../mail/dkim/host-signing.ts'
import { type RecordSeen, recordSeen } from '../mail/dkim/record.ts'
import { keyStatuses } from '../mail/dkim/status.ts'
import type { Answer } from '../mail/dns/compare.ts'
import { keyName } from '../mail/dns/keys.ts'
import type { MailHost } from '../mail/facts.ts'
import type { Session } from '../model/session.ts'
import type { HostKeys } from '../report/dkim.ts'
import { highestExit } from '../report/exit.ts'

/** What the status of keys is found with. */
export interface DkimPorts {
  connect(host: string): Promise<Session>
  answers(name: string, type: 'TXT' | 'SOA'): Promise<readonly Answer[]>
}

/** What the servers say of one selector, and for how long caches may say otherwise. */
interface Published {
  readonly servers: readonly RecordSeen[]
  readonly wait: number
}

/** Asks every host and every authoritative server of its domains; a host that cannot be asked says why. */
export function dkimStatus(hosts: readonly MailHost[], ports: DkimPorts): Promise<HostKeys[]> {
  return Promise.all(hosts.map((host) => statusOf(host, ports)))
}

/** The exit of it all: a problem is a failure, a step that is due is a finding. */
export function dkimExit(hosts: readonly HostKeys[]): ExitName {
  const ofKey = { nothing: 'ok', wait: 'ok', step: 'drift', problem: 'failed' } as const
  return highestExit(hosts.flatMap(({ failure, keys }) => failure?.exit ?? keys.map(({ needs }) => ofKey[needs])))
}

async function statusOf(host: MailHost, ports: DkimPorts): Promise<HostKeys> {
  try {
    const session = await ports.connect(host.name)
    try {
      const signing = parseHostSigning(await outputOf(session, hostSigningScript))
      const records = await recordsOf(namedSelectors(host, signing), signing, ports)
      const notes = notesOf(signing, records)
      if (JSON.stringify(notes) !== JSON.stringify(signing.notes)) await outputOf(session, writeNotes(notes))
      return { host: host.name, keys: keyStatuses(host, { ...signing, notes }, records) }
    } finally {
      await session.close()
    }
  } catch (error) {
    if (!OrchestrateError.is(error)) throw error
    const { message, hint, exit } = error
    const failure = { exit: exit === 'unreachable' ? exit : 'failed', message, ...(hint ? { hint } : {}) } as const
    return { host: host.name, keys: [], failure }
  }
}

async function outputOf(session: Session, script: Parameters<Session['run']>[0]): Promise<string> {
  const { code, stdout, stderr } = await session.run(script, { timeoutMs: 60_000 })
  if (code === 0) return stdout
  const details: ErrorDetails = { code: 'E_PROBE', exit: 'failed', host: session.host }
  throw new OrchestrateError(`the state of its DKIM keys cannot be read: ${stderr.trim().slice(0, 200)}`, details)
}

async function recordsOf(
  named: readonly Named[],
  { keys }: HostSigning,
  { answers }: DkimPorts,
): Promise<Map<string, Published>> {
  const found = await Promise.all(
    named.map(async (one): Promise<[string, Published]> => {
      const name = keyName(one)
      const [texts, authorities] = await Promise.all([answers(name, 'TXT'), answers(name, 'SOA')])
      const servers = texts.map((answer) => recordSeen(name, keys.get(name)?.base64, answer))
      // What a cache may still hold: an earlier record, or that there was none.
      return [name, { servers, wait: Math.max(...[...texts, ...authorities].map(({ ttl }) => ttl ?? 0)) }]
    }),
  )
  return new Map(found)
}

/** Keys that every server has now, each since it was first seen so; one that is no longer out begins anew. */
function notesOf(signing: HostSigning, records: ReadonlyMap<string, Published>): PublishedNote[] {
  return [...signing.keys].flatMap(([name, { base64 }]) => {
    const servers = records.get(name)?.servers ?? []
    if (servers.length === 0 || servers.some(({ says }) => says !== 'key')) return []
    const known = signing.notes.find((note) => note.name === name && note.base64 === base64)
    return [known ?? { at: signing.now, name, base64 }]
  })
}
