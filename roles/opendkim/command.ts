import {
  type CommandContext,
  type CommandHost,
  type ExitName,
  exitCodes,
  OrchestrateError,
  type PlaybookCommand,
  type Script,
  type Session,
} from '#orchestrate'
import { type KeyName, keyName } from '../lib/key-records.ts'
import opendkim from './index.ts'
import { iso, type KeyStatus, keyStatuses } from './next-step.ts'
import { recordSeen } from './records.ts'
import { namedSelectors, type Published, type RotationVars } from './rotation.ts'
import { type HostSigning, hostSigningScript, type PublishedNote, parseHostSigning, writeNotes } from './signing-log.ts'

/** `orchestrate dkim INVENTORY status`: where each DKIM key stands and what its rotation needs next. */
export default {
  name: 'dkim',
  summary: 'where each DKIM key stands, and what its rotation needs next',
  description:
    'status: for each selector of each domain, what the host holds, what every authoritative server says and since\n' +
    'when, and the next step to take in the inventory or in DNS. Exit 0: nothing to do. 2: a step is due.\n' +
    '1: mail is at risk, such as a record that is missing. Changes no configuration; it notes on the host when it\n' +
    'has first seen a record at every server.',
  actions: ['status'],

  run: async (context) => {
    const found = await dkimStatus(context.hostsWith(opendkim), context)
    const exit = dkimExit(found)
    return { output: context.format === 'json' ? statusJson(found, exit) : statusText(found), exit }
  },
} satisfies PlaybookCommand

/** The keys of one host, or why it could not be asked. */
export interface HostKeys {
  readonly host: string
  readonly keys: readonly KeyStatus[]
  readonly failure?: { readonly exit: 'unreachable' | 'failed'; readonly message: string; readonly hint?: string }
}

type Tools = Pick<CommandContext, 'connect' | 'answers'>
type SigningHost = CommandHost<RotationVars>

/** Asks every host and every authoritative server of its domains; a host that cannot be asked says why. */
export function dkimStatus(hosts: readonly SigningHost[], tools: Tools): Promise<HostKeys[]> {
  return Promise.all(hosts.map((host) => statusOf(host, tools)))
}

/** The exit of the command: a problem is a failure, a step that is due is drift. */
export function dkimExit(hosts: readonly HostKeys[]): ExitName {
  const ofKey = { nothing: 'ok', wait: 'ok', step: 'drift', problem: 'failed' } as const
  const exits = hosts.flatMap(({ failure, keys }) => failure?.exit ?? keys.map(({ needs }) => ofKey[needs]))
  return (['failed', 'unreachable', 'drift'] as const).find((exit) => exits.includes(exit)) ?? 'ok'
}

async function statusOf({ host, vars }: SigningHost, tools: Tools): Promise<HostKeys> {
  try {
    const session = await tools.connect(host.name)
    try {
      const signing = parseHostSigning(await outputOf(session, hostSigningScript))
      const records = await recordsOf(namedSelectors(vars, signing), signing, tools)
      const notes = notesOf(signing, records)
      if (JSON.stringify(notes) !== JSON.stringify(signing.notes)) await outputOf(session, writeNotes(notes))
      return { host: host.name, keys: keyStatuses(vars, { ...signing, notes }, records) }
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

async function outputOf(session: Session, script: Script): Promise<string> {
  const { code, stdout, stderr } = await session.run(script, { timeoutMs: 60_000 })
  if (code === 0) return stdout
  throw new OrchestrateError(`the state of its DKIM keys cannot be read: ${stderr.trim().slice(0, 200)}`, {
    code: 'E_PROBE',
    exit: 'failed',
    host: session.host,
  })
}

async function recordsOf(
  named: readonly KeyName[],
  { keys }: HostSigning,
  { answers }: Tools,
): Promise<Map<string, Published>> {
  const found = await Promise.all(
    named.map(async (one): Promise<[string, Published]> => {
      const name = keyName(one)
      const [texts, authorities] = await Promise.all([answers(name, 'TXT'), answers(name, 'SOA')])
      const servers = texts.map((answer) => recordSeen(one, keys.get(name)?.base64, answer))
      // What a cache may still hold: an earlier record, or that there was none.
      return [name, { servers, wait: Math.max(...[...texts, ...authorities].map(({ ttl }) => ttl ?? 0)) }]
    }),
  )
  return new Map(found)
}

/** Keys that every server has now, each with the time it was first seen; a record that disappeared starts over. */
function notesOf(signing: HostSigning, records: ReadonlyMap<string, Published>): PublishedNote[] {
  return [...signing.keys].flatMap(([name, { base64 }]) => {
    const servers = records.get(name)?.servers ?? []
    if (servers.length === 0 || servers.some(({ says }) => says !== 'key')) return []
    const known = signing.notes.find((note) => note.name === name && note.base64 === base64)
    return [known ?? { at: signing.now, name, base64 }]
  })
}

const marks: Readonly<Record<KeyStatus['needs'], string>> = { nothing: '✓', wait: '…', step: '→', problem: '✗' }

/** As text: one line per selector, grouped by host and domain. */
export function statusText(hosts: readonly HostKeys[]): string {
  const keys = hosts.flatMap((one) => one.keys)
  const wide = Math.max(0, ...keys.map(({ selector }) => selector.length))
  const blocks = hosts.map(({ host, keys, failure }) => {
    if (failure) return [`${host}`, `  ✗ ${failure.message}`, ...(failure.hint ? [`    → ${failure.hint}`] : [])]
    return [host, ...[...Map.groupBy(keys, ({ domain }) => domain)].flatMap((one) => domainLines(one, wide))]
  })
  const needing = (needs: KeyStatus['needs']) => keys.filter((one) => one.needs === needs).length
  const failed = hosts.filter(({ failure }) => failure).length
  const steps = needing('step')
  const totals = `${count(keys.length, 'selector')}: ${count(needing('problem'), 'problem')}, ${count(steps, 'step')} due, ${needing('wait')} waiting`
  const total = failed > 0 ? `${totals}; ${failed} of ${count(hosts.length, 'host')} not asked` : totals
  return `${[...blocks.map((lines) => lines.join('\n')), total].join('\n\n')}\n`
}

function domainLines([domain, keys]: readonly [string, readonly KeyStatus[]], wide: number): string[] {
  const line = ({ needs, selector, state, says }: KeyStatus) =>
    `    ${marks[needs]} ${selector.padEnd(wide)}  ${state.padEnd(9)}  ${says}`
  return [`  ${domain}`, ...keys.map(line)]
}

function count(number: number, noun: string): string {
  return `${number} ${number === 1 ? noun : `${noun}s`}`
}

/** As JSON, schema `orchestrate/dkim/1` (docs/json.md). */
export function statusJson(hosts: readonly HostKeys[], exit: ExitName): string {
  const listed = hosts.map(({ host, keys, failure }) => ({
    host,
    ...(failure ? { status: failure.exit, message: failure.message } : { status: 'ok' }),
    keys: keys.map(({ since, until, ...key }) => ({
      ...key,
      ...(since === undefined ? {} : { since: iso(since) }),
      ...(until === undefined ? {} : { until: iso(until) }),
    })),
  }))
  return `${JSON.stringify({ schema: 'orchestrate/dkim/1', exitCode: exitCodes[exit], hosts: listed }, undefined, 2)}\n`
}
