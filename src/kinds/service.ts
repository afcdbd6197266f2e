import { z } from 'zod'
import { lines, raw, Script, sh } from '../kernel/sh.ts'
import { type Change, type Difference, keep, type Observed, present, unknown, updateIf } from '../model/change.ts'
import type { CompareContext, Resource, ResourceId, Signal } from '../model/resource.ts'
import { defineKind, resourceList } from './define.ts'
import { path, unitName } from './fields.ts'
import {
  changedAfter,
  changedSince,
  commitRecord,
  type Loaded,
  parseLoaded,
  probeLoaded,
  unexplained,
  writeRecord,
} from './loaded.ts'

const schema = z.strictObject({
  unit: unitName,
  state: z.enum(['started', 'stopped']).default('started'),
  enabled: z.boolean().default(true),
  /** The unit re-reads these by `systemctl reload`. */
  reloadOn: resourceList.default([]),
  /** The unit must be restarted to take these in. */
  restartOn: resourceList.default([]),
  /** Files or directories that nobody here manages but that the unit reads; a change by anyone owes a reload or restart. */
  reloadInputs: z.array(path).default([]),
  restartInputs: z.array(path).default([]),
  /** Asks the running service one question; repeated until it exits 0, at the most `healthSeconds`. */
  health: z.instanceof(Script).optional(),
  healthSeconds: z.int().positive().default(30),
})

type Want = z.output<typeof schema>

const unitFiles = '= unit files'
const notInstalled = 'the unit is not installed yet'

interface LiveUnit {
  readonly active: string
  readonly enabled: string
  readonly invocation: string
  /** Seconds since the epoch at which the unit became active. */
  readonly since: number
  readonly loaded: Loaded
}

/** A systemd unit: running, enabled, and with all its inputs loaded. What it owes is read off the host, never remembered here. */
export const service = defineKind<typeof schema, LiveUnit>({
  name: 'service',
  schema,
  key: (want) => want.unit,
  signals: (want) => {
    const signals = new Map<ResourceId, Signal>(want.reloadOn.map(({ id }) => [id, 'reload']))
    for (const { id } of want.restartOn) signals.set(id, 'restart')
    return signals
  },

  probe: (wants) =>
    lines([
      sh`systemctl show --timestamp=us+utc -p Names,LoadState,ActiveState,UnitFileState,InvocationID,ActiveEnterTimestamp ${wants.map(({ unit }) => unit)} 2>/dev/null`,
      'echo',
      probeLoaded(
        wants.flatMap((want) => [...stamps(want, 'reload'), ...stamps(want, 'restart')]),
        wants.map(({ unit }) => unit),
      ),
      `echo '${unitFiles}'`,
      sh`systemctl list-unit-files --full --no-legend ${wants.map(({ unit }) => unit)} 2>/dev/null || :`,
    ]),

  parse: (output, wants) => {
    const loaded = parseLoaded(output)
    const blocks = output.split(/\n(?=Names=|$)|\n\n/).map(properties)
    const listed = output.slice(output.lastIndexOf(unitFiles))
    const states = new Map([...listed.matchAll(/^(\S+) +(\S+)/gm)].map(([, unit, state]) => [unit, state]))
    return new Map(
      wants.map(({ unit }) => [
        unit,
        seen(
          blocks.find((block) => block['Names']?.split(' ').includes(unit)),
          states.get(unit),
          loaded,
        ),
      ]),
    )
  },

  diff: (want, live, context) => {
    if (live.state === 'unknown') {
      return want.state === 'stopped' && live.because === notInstalled
        ? keep
        : { action: 'maybe', because: live.because }
    }
    if (live.state === 'absent') return { action: 'maybe', because: 'systemd did not answer for it' }
    return compare(want, live.live, context)
  },

  apply: (want, change, context) => {
    const unknownYet = change.action === 'maybe'
    const verb = unknownYet ? 'restart' : want.state === 'stopped' ? 'stop' : verbFor(change, context)
    const script = lines([
      sh`case $(systemctl show -p NeedDaemonReload --value ${want.unit}) in yes) systemctl daemon-reload ;; esac`,
      enable(want),
      ...(want.state === 'stopped' ? [sh`systemctl stop ${want.unit}`] : [start(want, verb)]),
    ])
    return { sort: 'step', script, again: withOldFiles(want, verb) }
  },
})

/** Which verb a change of a running service comes down to; also used to count restarts and reloads in reports. */
export function verbFor(
  change: Change,
  context: Pick<CompareContext, 'signal'>,
): 'start' | 'restart' | 'reload' | 'none' {
  const differences = 'differences' in change ? change.differences : []
  const of = (what: string) => differences.find((difference) => difference.what === what)
  if (of('state')) return 'start'
  if (of('restart') || context.signal === 'restart') return 'restart'
  return of('reload') || context.signal === 'reload' ? 'reload' : 'none'
}

// Each reload of systemd takes 0.4 s, and what is enabled counts at boot. But the instances of a template are not listed
// among the unit files: of them only systemd's memory tells.
function enable({ unit, enabled }: Want): Script {
  const reload = unit.includes('@') ? [] : ['--no-reload']
  return sh`systemctl ${['-q', ...reload, enabled ? 'enable' : 'disable', unit]}`
}

function start(want: Want, verb: string): Script {
  const all = [...stamps(want, 'reload'), ...stamps(want, 'restart')]
  const act = { start: sh`systemctl start ${want.unit}`, restart: sh`systemctl restart ${want.unit}`, none: sh`:` }
  return lines([
    writeRecord(want.unit, all),
    verb === 'reload' ? sh`systemctl reload-or-restart ${want.unit}` : (act[verb as keyof typeof act] ?? act.none),
    healthy(want),
    sh`printf 'invocation %s\n' "$(field InvocationID)" >>"$record.new"`,
    commitRecord,
  ])
}

// What the refused files kept from starting has failed by now, perhaps so often that systemd's start limit holds it down.
// What had to be restarted to take them in must be restarted to be rid of them.
function withOldFiles({ unit, state }: Want, verb: string): Script {
  if (state === 'stopped') return sh`systemctl try-reload-or-restart ${unit}`
  const fresh = sh`systemctl -q is-active ${unit} || systemctl reset-failed ${unit} 2>/dev/null || :`
  if (verb === 'start') return sh`systemctl stop ${unit}\n${fresh}\nsystemctl start ${unit}`
  return sh`${fresh}\nsystemctl ${verb === 'restart' ? 'restart' : 'reload-or-restart'} ${unit}`
}

// A unit of these types counts as started even if its process dies at once: it must be active twice, with the same start.
const startsBlindly = raw('simple|exec|idle')

function healthy(want: Want): Script {
  return sh`shown= before= tries=0
field() { rest=\${shown#*"
$1="}; printf '%s' "\${rest%%
*}"; }
while :; do
  shown="
$(systemctl show -p Type,ActiveState,ExecMainStartTimestampMonotonic,InvocationID ${want.unit})
"
  state=$(field ActiveState) now=$(field ExecMainStartTimestampMonotonic)
  case $(field Type) in ${startsBlindly}) ;; *) before=$now ;; esac
  if [ "$state" = active ] && [ "$now" = "$before" ] && { ${want.health ?? sh`:`}
  } >/dev/null 2>&1; then break; fi
  tries=$((tries + 1)) before=$now
  if [ "$state" = failed ] || [ "$tries" -gt ${want.healthSeconds * 5} ]; then
    echo ${`${want.unit} is not healthy`}" ($state)" >&2
    journalctl -u ${want.unit} -n 12 --no-pager -o cat >&2
    exit 1
  fi
  sleep 0.2
done`
}

function stamps(want: Want, signal: Signal): string[] {
  const resources: readonly Resource[] = signal === 'reload' ? want.reloadOn : want.restartOn
  const paths = signal === 'reload' ? want.reloadInputs : want.restartInputs
  return [...resources.flatMap((resource) => resource.stamps), ...paths.map((name) => `file:${name}`)]
}

function compare(want: Want, live: LiveUnit, context: CompareContext): Change {
  const differences: Difference[] = []
  // A unit without an install section is neither enabled nor disabled.
  const fixed = ['static', 'alias', 'indirect', 'generated', 'transient'].includes(live.enabled)
  if (!fixed && want.enabled !== (live.enabled === 'enabled')) {
    differences.push({
      what: 'enabled',
      from: live.enabled || 'disabled',
      to: want.enabled ? 'enabled' : 'disabled',
    })
  }
  const active = ['active', 'reloading', 'activating'].includes(live.active)
  if (want.state === 'stopped') {
    if (active) differences.push({ what: 'state', from: live.active, to: 'stopped' })
    return updateIf(differences)
  }
  if (!active) differences.push({ what: 'state', from: live.active, to: 'active' })
  else differences.push(...owed(want, live, context))
  return updateIf(differences)
}

/** The stronger of what the plan's own changes ask for and what the host shows was not loaded. */
function owed(want: Want, live: LiveUnit, context: CompareContext): Difference[] {
  const inputs = [...want.reloadOn, ...want.restartOn]
  const restart = unexplained(notLoaded(want, live, 'restart'), inputs, context.changed)
  const reload = unexplained(notLoaded(want, live, 'reload'), inputs, context.changed)
  if (restart.length > 0) return [{ what: 'restart', from: `has not loaded ${restart.join(', ')}`, to: 'restarted' }]
  if (context.signal === 'restart') return [{ what: 'restart', from: 'its inputs change', to: 'restarted' }]
  if (reload.length > 0) return [{ what: 'reload', from: `has not loaded ${reload.join(', ')}`, to: 'reloaded' }]
  return context.signal === 'reload' ? [{ what: 'reload', from: 'its inputs change', to: 'reloaded' }] : []
}

// While the process is the one we recorded, contents decide; after anybody else's restart, times do.
function notLoaded(want: Want, live: LiveUnit, signal: Signal): string[] {
  const inputs = stamps(want, signal)
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
  block: Record<string, string> | undefined,
  onDisk: string | undefined,
  loaded: Loaded,
): Observed<LiveUnit> {
  if (!block) return unknown('systemd did not answer for it')
  if (block['LoadState'] === 'not-found') return unknown(notInstalled)
  return present({
    active: block['ActiveState'] ?? 'unknown',
    // What systemd has in memory may be from before it was enabled.
    enabled: onDisk ?? block['UnitFileState'] ?? '',
    invocation: block['InvocationID'] ?? '',
    since: Date.parse((block['ActiveEnterTimestamp'] ?? '').replace(/^\w+ (\S+) (\S+) UTC$/, '$1T$2Z')) / 1000,
    loaded,
  })
}
