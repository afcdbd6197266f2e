import { z } from 'zod'
import { lines, Script, sh } from '../kernel/sh.ts'
import {
  type Act,
  type Change,
  type Difference,
  difference,
  keep,
  missing,
  type Observed,
  present,
  unknown,
  updateIf,
} from '../model/change.ts'
import type { CompareContext, ResourceId, Signal } from '../model/resource.ts'
import { defineKind, resourceList } from './support/define.ts'
import { path, unitName } from './support/fields.ts'
import { changedAfter, changedSince, type Loaded, parseLoaded, probeLoaded, unexplained } from './support/loaded.ts'
import { inputsOf, startScript, stopScript, withOldFiles } from './support/service-script.ts'

const schema = z.strictObject({
  unit: unitName,
  /** `as-found`: neither started nor stopped, enabled nor disabled; but while it runs it takes in what changes. */
  state: z.enum(['started', 'stopped', 'as-found']).default('started'),
  enabled: z.boolean().default(true),
  /** The unit re-reads these by `systemctl reload`. */
  reloadOn: resourceList.default([]),
  /** The unit must be restarted to take these in. Unit files among them are read by systemd first. */
  restartOn: resourceList.default([]),
  /** Files or directories that nobody here manages but that the unit reads; when anybody changes them, it must be reloaded or restarted. */
  reloadInputs: z.array(path).default([]),
  restartInputs: z.array(path).default([]),
  /** TCP sockets that it opens when it starts, e.g. `127.0.0.1:8891`: running without one of them, it is restarted. */
  listens: z
    .array(z.string().regex(/^(\*|[0-9.]+|\[[0-9a-f:]+\]):\d{1,5}$/, 'an address with a port such as 127.0.0.1:8891'))
    .optional(),
  /** Checks the running service; repeated until it exits 0, for `healthSeconds` at most. */
  health: z.instanceof(Script).optional(),
  healthSeconds: z.int().positive().default(30),
})

const gone = z.strictObject({
  unit: unitName,
  /** Only where this file holds this text: the unit of somebody else is left alone. */
  onlyWhere: z
    .strictObject({ path, holds: z.string().regex(/^[^\p{Cc}]+$/u, 'a string without control characters') })
    .optional(),
})

type Want = z.output<typeof schema>
type Gone = z.output<typeof gone>

const sockets = '= sockets'
const unitFiles = '= unit files'
const noAnswer = 'systemd did not answer for it'

interface LiveUnit {
  readonly active: string
  readonly enabled: string
  readonly invocation: string
  /** Seconds since the epoch at which the unit became active. */
  readonly since: number
  readonly loaded: Loaded
  /** Local addresses of all listening TCP sockets of the host; empty if nobody asked. */
  readonly listening: ReadonlySet<string>
}

/** A systemd unit: running, enabled, and with all its inputs loaded. Whether it must be reloaded is read from the host. */
export const service = defineKind<typeof schema, LiveUnit, typeof gone>({
  name: 'service',
  schema,
  key: (want) => want.unit,
  identity: (want) => `unit:${want.unit}`,
  signals: (want) => {
    const signals = new Map<ResourceId, Signal>(want.reloadOn.map(({ id }) => [id, 'reload']))
    for (const { id } of want.restartOn) signals.set(id, 'restart')
    return signals
  },

  probe: (wants, _options, absent) => {
    const units = [...wants, ...absent].map(({ unit }) => unit)
    return lines([
      sh`systemctl show --timestamp=us+utc -p Names,LoadState,ActiveState,UnitFileState,InvocationID,ActiveEnterTimestamp ${units} 2>/dev/null`,
      'echo',
      probeLoaded(
        wants.flatMap((want) => inputsOf(want)),
        wants.map(({ unit }) => unit),
      ),
      ...holders(absent),
      ...(wants.some(({ listens }) => listens) ? [`echo '${sockets}'`, 'ss -Hltn 2>/dev/null'] : []),
      `echo '${unitFiles}'`,
      sh`systemctl list-unit-files --full --no-legend ${units} 2>/dev/null || :`,
    ])
  },

  parse: (output, wants, absent) => {
    const loaded = parseLoaded(output)
    const blocks = output.split(/\n(?=Names=|$)|\n\n/).map(properties)
    const files = output.lastIndexOf(unitFiles)
    const listening = output.slice(Math.max(0, output.indexOf(sockets)), Math.max(0, files))
    const addresses = new Set([...listening.matchAll(/^LISTEN +\d+ +\d+ +(\S+)/gm)].map(([, address = '']) => address))
    const states = new Map([...output.slice(files).matchAll(/^(\S+) +(\S+)/gm)].map(([, unit, state]) => [unit, state]))
    const look = (unit: string) => {
      const block = blocks.find((one) => one['Names']?.split(' ').includes(unit))
      return block ? seen(block, states.get(unit), { loaded, listening: addresses }) : unknown(noAnswer)
    }
    return new Map([
      ...wants.map(({ unit }): [string, Observed<LiveUnit>] => [unit, look(unit)]),
      ...absent.map((want): [string, Observed<LiveUnit>] => [
        want.unit,
        isOurs(want, output) ? look(want.unit) : missing,
      ]),
    ])
  },

  diff: (want, live, context) => {
    if (live.state === 'unknown') return { action: 'maybe', because: live.because }
    if (live.state === 'present') return compare(want, live.live, context)
    return want.state === 'started' ? { action: 'maybe', because: 'the unit is not installed yet' } : keep
  },

  apply: (want, change, context) => {
    const verb = change.action === 'maybe' ? 'restart' : verbFor(change, context)
    return { sort: 'step', script: startScript(want, verb), again: withOldFiles(want, verb) }
  },

  // It is stopped and disabled; the unit's file is declared absent by itself.
  absence: {
    schema: gone,
    goes: (_want, live) => [...enabledDifferences(live, false), ...stoppedDifferences(live)],
    remove: ({ unit }) => stopScript(unit),
  },
})

/** What a change asks systemctl to do with the unit. */
function verbFor(change: Change, context: Pick<CompareContext, 'signal'>): 'start' | 'restart' | 'reload' | 'none' {
  const differences = 'differences' in change ? change.differences : []
  if (differences.some(({ attribute }) => attribute === 'state')) return 'start'
  const owes = (act: Act) => differences.some((one) => one.act === act)
  if (owes('restart') || context.signal === 'restart') return 'restart'
  return owes('reload') || context.signal === 'reload' ? 'reload' : 'none'
}

function compare(want: Want, live: LiveUnit, context: CompareContext): Change {
  if (want.state === 'as-found') return updateIf(runs(live.active) ? owed(want, live, context) : [])
  const enabled = enabledDifferences(live, want.enabled)
  if (want.state === 'stopped') return updateIf([...enabled, ...stoppedDifferences(live)])
  if (runs(live.active)) return updateIf([...enabled, ...owed(want, live, context)])
  return updateIf([...enabled, difference('state', live.active, 'active', { affects: 'state' })])
}

function runs(active: string): boolean {
  return ['active', 'reloading', 'activating'].includes(active)
}

function stoppedDifferences({ active }: LiveUnit): Difference[] {
  return runs(active) ? [difference('state', active, 'stopped', { affects: 'state' })] : []
}

// A unit without an install section is neither enabled nor disabled.
function enabledDifferences({ enabled }: LiveUnit, wanted: boolean): Difference[] {
  const fixed = ['static', 'alias', 'indirect', 'generated', 'transient'].includes(enabled)
  if (fixed || wanted === (enabled === 'enabled')) return []
  return [difference('enabled', enabled || 'disabled', wanted ? 'enabled' : 'disabled', { affects: 'state' })]
}

/** The stronger of what the plan's own changes ask for and what the host shows was not loaded. */
function owed(want: Want, live: LiveUnit, context: CompareContext): Difference[] {
  const inputs = [...want.reloadOn, ...want.restartOn]
  const restart = unexplained(notLoaded(want, live, 'restart'), inputs, context.changed)
  const reload = unexplained(notLoaded(want, live, 'reload'), inputs, context.changed)
  const closed = live.listening.size > 0 ? (want.listens?.filter((address) => !live.listening.has(address)) ?? []) : []
  if (restart.length > 0) return [toAct('restart', `has not loaded ${restart.join(', ')}`)]
  if (context.signal === 'restart') return [toAct('restart', 'its inputs change')]
  if (closed.length > 0) return [toAct('restart', `does not listen on ${closed.join(', ')}`)]
  if (reload.length > 0) return [toAct('reload', `has not loaded ${reload.join(', ')}`)]
  return context.signal === 'reload' ? [toAct('reload', 'its inputs change')] : []
}

function toAct(act: 'restart' | 'reload', because: string): Difference {
  return difference(act, because, `${act}ed`, { affects: 'state', label: '', act })
}

// While the process is the one we recorded, contents decide; after anybody else's restart, times do.
function notLoaded(want: Want, live: LiveUnit, signal: Signal): string[] {
  const inputs = inputsOf(want, signal)
  const recorded = live.loaded.records.get(want.unit)
  return recorded?.get('invocation') === live.invocation
    ? changedSince(live.loaded, want.unit, inputs)
    : changedAfter(live.loaded, live.since, inputs)
}

function properties(block: string): Record<string, string> {
  return Object.fromEntries(
    block.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
}

function seen(
  block: Record<string, string>,
  onDisk: string | undefined,
  host: Pick<LiveUnit, 'loaded' | 'listening'>,
): Observed<LiveUnit> {
  const active = block['ActiveState'] ?? 'unknown'
  // A process may outlive the file of its unit.
  if (block['LoadState'] === 'not-found' && !runs(active)) return missing
  return present({
    active,
    // What systemd has in memory may be from before it was enabled.
    enabled: onDisk ?? block['UnitFileState'] ?? '',
    invocation: block['InvocationID'] ?? '',
    since: Date.parse((block['ActiveEnterTimestamp'] ?? '').replace(/^\w+ (\S+) (\S+) UTC$/, '$1T$2Z')) / 1000,
    ...host,
  })
}

// Prints the lines that show whose a unit is; one process for all.
function holders(absent: readonly Gone[]): Script[] {
  const asked = absent.flatMap(({ onlyWhere }) => onlyWhere ?? [])
  if (asked.length === 0) return []
  const texts = asked.flatMap(({ holds }) => ['-e', holds])
  return [sh`grep -sHF ${texts} -- ${asked.map((one) => one.path)} | sed 's/^/holds /'`]
}

function isOurs({ onlyWhere }: Gone, output: string): boolean {
  if (!onlyWhere) return true
  const start = `holds ${onlyWhere.path}:`
  return output.split('\n').some((line) => line.startsWith(start) && line.slice(start.length).includes(onlyWhere.holds))
}
