import { basename, dirname } from 'node:path'
import { lines, raw, type Script, sh } from '../../kernel/sh.ts'
import type { Resource, Signal } from '../../model/resource.ts'
import { commitRecord, writeRecord } from './loaded.ts'

/** What the scripts need to know of a unit. */
export interface UnitWant {
  readonly unit: string
  readonly state: 'started' | 'stopped' | 'as-found'
  readonly enabled: boolean
  readonly reloadOn: readonly Resource[]
  readonly restartOn: readonly Resource[]
  readonly reloadInputs: readonly string[]
  readonly restartInputs: readonly string[]
  readonly health?: Script | undefined
  readonly healthSeconds: number
}

/** Stamps of what the unit must have loaded: all, or what it takes in by this signal. */
export function inputsOf(want: UnitWant, signal?: Signal): string[] {
  const { reloadOn, restartOn, reloadInputs, restartInputs } = want
  if (signal === undefined) return [...inputsOf(want, 'reload'), ...inputsOf(want, 'restart')]
  const [resources, paths] = signal === 'reload' ? [reloadOn, reloadInputs] : [restartOn, restartInputs]
  return [...resources.flatMap(({ stamps }) => stamps), ...paths.map((name) => `file:${name}`)]
}

/** Brings a unit to its state by one verb, waits until it is healthy, and records what it has loaded. */
export function startScript(want: UnitWant, verb: 'start' | 'restart' | 'reload' | 'none'): Script {
  const { unit, state } = want
  const known = sh`case $(systemctl show -p NeedDaemonReload --value ${unitsOf(want)}) in *yes*) systemctl daemon-reload ;; esac`
  if (state === 'stopped') return lines([known, enable(want), sh`systemctl stop ${unit}`])
  if (state === 'started') return lines([known, enable(want), start(want, verb)])
  return sh`if systemctl -q is-active ${unit}; then
${lines([known, start(want, verb)])}
fi`
}

/** Stops and disables a unit that may be known by its process or its links only, and forgets that it failed. */
export function stopScript(unit: string): Script {
  return sh`systemctl stop ${unit}
case $(systemctl is-enabled ${unit} 2>/dev/null) in enabled*) systemctl -q --no-reload disable ${unit} ;; esac
systemctl reset-failed ${unit} 2>/dev/null || :`
}

// The unit, and those among its inputs that systemd may have to read anew. A template has no state of its own.
function unitsOf(want: UnitWant): string[] {
  const files = inputsOf(want, 'restart').filter((stamp) => dirname(stamp) === 'file:/etc/systemd/system')
  return [...new Set([want.unit, ...files.map((stamp) => basename(stamp)).filter((name) => !name.includes('@.'))])]
}

// Each reload of systemd takes 0.4 s, and what is enabled counts at boot. But the instances of a template are not listed
// among the unit files: of them only systemd's memory tells.
function enable({ unit, enabled }: UnitWant): Script {
  const reload = unit.includes('@') ? [] : ['--no-reload']
  return sh`systemctl ${['-q', ...reload, enabled ? 'enable' : 'disable', unit]}`
}

function start(want: UnitWant, verb: string): Script {
  const act = { start: sh`systemctl start ${want.unit}`, restart: sh`systemctl restart ${want.unit}`, none: sh`:` }
  return lines([
    writeRecord(want.unit, inputsOf(want)),
    verb === 'reload' ? sh`systemctl reload-or-restart ${want.unit}` : (act[verb as keyof typeof act] ?? act.none),
    healthy(want),
    sh`printf 'invocation %s\n' "$(field InvocationID)" >>"$record.new"`,
    commitRecord,
  ])
}

/**
 * Runs after the role's files were rolled back. What the refused files kept from starting has failed by now, perhaps so
 * often that systemd's start limit holds it down; what had to be restarted to take them in must be restarted to be rid of them.
 */
export function withOldFiles({ unit, state }: UnitWant, verb: string): Script {
  if (state !== 'started') return sh`systemctl try-reload-or-restart ${unit}`
  const fresh = sh`systemctl -q is-active ${unit} || systemctl reset-failed ${unit} 2>/dev/null || :`
  if (verb === 'start') return sh`systemctl stop ${unit}\n${fresh}\nsystemctl start ${unit}`
  return sh`${fresh}\nsystemctl ${verb === 'restart' ? 'restart' : 'reload-or-restart'} ${unit}`
}

// A unit of these types counts as started even if its process dies at once: it must be active twice, with the same start.
const startsBlindly = raw('simple|exec|idle')

function healthy(want: UnitWant): Script {
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
