import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { applyScript } from '../../src/engine/apply-script.ts'
import { planHost } from '../../src/engine/planner.ts'
import { sh } from '../../src/kernel/sh.ts'
import { service } from '../../src/kinds/service.ts'
import { type Observed, present } from '../../src/model/change.ts'
import type { ResourceId, Signal } from '../../src/model/resource.ts'
import { host as declaration, made } from '../unit/engine/sample.ts'
import { HostShell } from './host-shell.ts'

let host: HostShell
let folder: string
beforeEach(() => {
  host = new HostShell()
  folder = join(host.folder, 'unit')
})
afterEach(() => host.end())

const of = (name: string) => readFileSync(join(folder, name), 'utf8').trim()

/** A systemd with one unit: it does not start with the configuration `broken`, and after one failure the start limit holds it. */
function systemd(active: boolean): void {
  mkdirSync(folder)
  const config = join(host.etc, 'daemon.conf')
  writeFileSync(join(folder, 'state'), active ? 'active\n' : 'inactive\n')
  writeFileSync(join(folder, 'memory'), 'old')
  host.program('journalctl', ':')
  host.program(
    'systemctl',
    `cd ${folder}
echo "$*" >>calls
start() {
  if [ -e limit ]; then echo 'Start request repeated too quickly' >&2; exit 1; fi
  cat ${config} >memory
  if grep -q broken memory; then echo failed >state; : >limit; exit 1; fi
  echo active >state
}
case "$*" in
  *is-active*) grep -qx active state ;;
  *reset-failed*) rm -f limit ;;
  *NeedDaemonReload*) echo no ;;
  show*) printf 'Type=notify\\nActiveState=%s\\nExecMainStartTimestampMonotonic=1\\nInvocationID=abc\\n' "$(cat state)" ;;
  reload-or-restart*) if grep -qx active state; then cat ${config} >memory; else start; fi ;;
  restart*|start*) start ;;
  stop*) echo inactive >state ;;
esac`,
  )
}

/** Applies a new configuration that the unit refuses, and gives the marks of the script. */
async function refused(configuration: string, how: Signal, active = true): Promise<string> {
  systemd(active)
  host.write('daemon.conf', 'old')
  const target = join(host.etc, 'daemon.conf')
  const file = made('file:daemon.conf', 'new', {
    enact: { sort: 'staged', target, stage: sh`printf %s ${configuration} >"$candidate"` },
  })
  const unit = service({
    unit: 'daemon.service',
    ...(how === 'reload' ? { reloadOn: [file] } : { restartOn: [file] }),
    // In it what is in the daemon's memory counts, not what lies on the disk.
    health: sh`! grep -q unhealthy ${join(folder, 'memory')}`,
    healthSeconds: 1,
  })
  const loaded = { inputs: [], records: new Map() }
  const live = {
    active: active ? 'active' : 'inactive',
    enabled: 'enabled',
    invocation: 'abc',
    unitFile: '/usr/lib/systemd/system/daemon.service',
    dropIns: [],
    since: 0,
    loaded,
    listening: new Set<string>(),
  }
  const seen = new Map<ResourceId, Observed<unknown>>([
    [file.id, present('old')],
    [unit.id, present(live)],
  ])
  const { steps } = planHost(declaration(file, unit), seen)
  host.lockedBy('r1')
  const { stdout } = await host.run(applyScript({ run: 'r1', role: 'mail', token: 't', steps }).script)
  expect(host.read('daemon.conf')).toBe('old')
  return stdout
}

test.each<[string, string, Signal, boolean]>([
  ['that the start limit holds down is started', 'broken', 'restart', true],
  ['that was down before is started', 'broken', 'restart', false],
  ['that started unhealthy with the refused files is restarted', 'unhealthy', 'restart', true],
  ['that reloaded the refused files reloads', 'unhealthy', 'reload', true],
])('after a rollback a unit %s with the old files', async (_name, configuration, how, active) => {
  const marks = await refused(configuration, how, active)
  expect(marks).toMatch(/^t failed service:daemon.service /m)
  expect(marks).toMatch(/^t rolled-back 1 0 /m)
  expect(marks).not.toContain('not-again')
  expect([of('state'), of('memory')]).toEqual(['active', 'old'])
  expect(/^restart/m.test(of('calls'))).toBe(how === 'restart' && active)
})

test('a unit that does not start with the old files either is told', async () => {
  host.program('cat', `case $1 in *daemon.conf) printf broken ;; *) exec /bin/cat "$@" ;; esac`)
  expect(await refused('broken', 'restart')).toMatch(/^t not-again 1$/m)
})
