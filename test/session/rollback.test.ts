import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { applyScript, type Mark, parseMark } from '../../src/engine/apply-script.ts'
import { lockScript, parseLock } from '../../src/engine/lock.ts'
import { raw, type Script, sh } from '../../src/kernel/sh.ts'
import type { Step } from '../../src/model/plan.ts'
import type { Enactment, ResourceId } from '../../src/model/resource.ts'
import { creation, made } from '../unit/engine/sample.ts'
import { HostShell } from './host-shell.ts'
import { shells } from './world.ts'

const token = 'b1946ac92492d2347c6235b4d2611184'

describe.each(shells)('through a real %s, a role', (shell) => {
  let host: HostShell
  beforeEach(() => {
    host = new HostShell(shell)
  })
  afterEach(() => host.end())

  const step = (id: ResourceId, enact: Enactment): Step => ({ ...creation(made(id, '', { enact })), role: 'mail' })
  const staged = (name: string, text: string, check?: Script): Step =>
    step(`file:${name}`, {
      sort: 'staged',
      target: join(host.etc, name),
      stage: sh`printf %s ${text} >"$candidate"`,
      check,
    })
  const removal = (name: string, recursive = false): Step =>
    step(`absent:${name}`, { sort: 'removal', target: join(host.etc, name), recursive })
  const command = (name: string, script: Script, again?: Script): Step =>
    step(`command:${name}`, { sort: 'step', script, again })
  const tree = (script: Script): Step => step('validate:etc', { sort: 'check', root: host.etc, script })
  const broken = () => command('broken', raw('echo it is broken >&2; false'))

  function scriptOf(steps: readonly Step[], run = 'r1'): Script {
    host.lockedBy(run)
    return applyScript({ run, role: 'mail', token, steps }).script
  }

  async function apply(steps: readonly Step[], run = 'r1'): Promise<{ marks: Mark[]; code: number | null }> {
    const { code, stdout } = await host.run(scriptOf(steps, run))
    return { code, marks: stdout.split('\n').flatMap((line) => parseMark(line, token) ?? []) }
  }

  const saysOf = (marks: readonly Mark[], mark: Mark['mark']) => marks.filter((one) => one.mark === mark)
  /** What must not lie about: candidates, copies, kept files. */
  const litter = () =>
    [host.etc, join(host.state, 'changes')]
      .flatMap((folder) => host.names(folder))
      .filter((name) => /orchestrate|\.list|temporary/.test(name))

  test('that succeeds keeps what it replaced among the backups and nothing beside its files', async () => {
    host.write('main.cf', 'old')
    host.write('gone.cf', 'to go')
    const { code, marks } = await apply([staged('main.cf', 'new'), staged('fresh.cf', 'new'), removal('gone.cf')])
    expect([code, marks.at(-1)]).toEqual([0, { mark: 'role-done' }])
    expect([host.read('main.cf'), host.read('fresh.cf'), host.read('gone.cf')]).toEqual(['new', 'new', undefined])
    expect(host.names(join(host.state, 'backups')).filter((name) => name.endsWith('.cf'))).toHaveLength(2)
    expect(litter()).toEqual([])
  })

  test('that fails takes back changed, new and removed files and removed directories', async () => {
    host.write('main.cf', 'old')
    host.write('gone.cf', 'to go')
    mkdirSync(join(host.etc, 'old.d'))
    host.write('old.d/one', '1')
    const steps = [staged('main.cf', 'new'), staged('fresh.cf', 'new'), removal('gone.cf'), removal('old.d', true)]
    const { code, marks } = await apply([...steps, broken()])
    expect(code).toBe(1)
    expect(saysOf(marks, 'failed')).toEqual([{ mark: 'failed', id: 'command:broken', log: 'it is broken\n' }])
    expect(saysOf(marks, 'rolled-back')).toMatchObject([{ back: 4, lost: 0 }])
    expect(['main.cf', 'gone.cf', 'old.d/one', 'fresh.cf'].map((name) => host.read(name))).toEqual([
      'old',
      'to go',
      '1',
      undefined,
    ])
    expect(litter()).toEqual([])
  })

  test('whose check refuses a file changes nothing and says nothing of a rollback', async () => {
    host.write('main.cf', 'old')
    host.write('gone.cf', 'to go')
    const { marks } = await apply([staged('main.cf', 'bad', sh`! grep bad "$candidate"`), removal('gone.cf')])
    expect(saysOf(marks, 'failed')).toMatchObject([{ id: 'file:main.cf' }])
    expect(saysOf(marks, 'rolled-back')).toEqual([])
    expect([host.read('main.cf'), host.read('gone.cf')]).toEqual(['old', 'to go'])
    expect(litter()).toEqual([])
  })

  test('shows its check of a tree neither what is removed nor what is kept, and never the live files', async () => {
    host.write('main.cf', 'old')
    host.write('gone.cf', 'to go')
    const look = sh`cat "$tree"/main.cf; ls "$tree"; echo spoilt >"$tree"/main.cf`
    const { marks } = await apply([
      staged('main.cf', 'new'),
      removal('gone.cf'),
      tree(sh`{ ${look}\n} >${join(host.folder, 'seen')}; false`),
    ])
    expect(saysOf(marks, 'failed')).toMatchObject([{ id: 'validate:etc' }])
    expect((await host.run(`cat ${join(host.folder, 'seen')}`)).stdout).toBe('newmain.cf\n')
    expect(host.read('main.cf')).toBe('old')
  })

  test('finds a directory in the place of a file before anything changes', async () => {
    host.write('main.cf', 'old')
    mkdirSync(join(host.etc, 'maps'))
    const { marks } = await apply([staged('main.cf', 'new'), staged('maps', 'new')])
    expect(saysOf(marks, 'failed')).toMatchObject([
      { id: 'file:maps', log: expect.stringContaining('a directory stands at') },
    ])
    expect(saysOf(marks, 'rolled-back')).toEqual([])
    expect(host.read('main.cf')).toBe('old')
  })

  test('does not remove a directory that holds something, unless told to', async () => {
    mkdirSync(join(host.etc, 'old.d'))
    host.write('old.d/one', '1')
    const { marks } = await apply([removal('old.d')])
    expect(saysOf(marks, 'failed')).toMatchObject([
      { id: 'absent:old.d', log: expect.stringContaining('is not empty') },
    ])
    expect(host.read('old.d/one')).toBe('1')
  })

  test('says which file did not come back, keeps it, and a later run puts it back', async () => {
    host.write('main.cf', 'old')
    const [main] = [join(host.etc, 'main.cf')]
    const spoil = command('spoil', sh`rm ${main}; mkdir ${main}; : >${main}/x; false`)
    const { marks } = await apply([staged('main.cf', 'new'), staged('fresh.cf', 'new'), spoil])
    expect(saysOf(marks, 'rolled-back')).toMatchObject([
      { back: 1, lost: 1, log: expect.stringContaining(`${main} was not put back`) },
    ])
    expect(litter()).not.toEqual([])
    await host.run(sh`rm -r ${main}`)
    const next = await apply([broken()], 'r2')
    expect(saysOf(next.marks, 'rolled-back')).toMatchObject([{ back: 1, lost: 0 }])
    expect(host.read('main.cf')).toBe('old')
    expect(litter()).toEqual([])
  })

  test('runs again what reads its files, and says if that fails with the old files too', async () => {
    host.write('main.cf', 'old')
    const main = join(host.etc, 'main.cf')
    const reads = (name: string) => command(name, sh`:`, sh`cat ${main} >>${join(host.folder, 'read')}`)
    const { marks } = await apply([
      staged('main.cf', 'new'),
      reads('one'),
      command('two', sh`:`, sh`exit 5`),
      reads('three'),
      broken(),
    ])
    expect((await host.run(`cat ${join(host.folder, 'read')}`)).stdout).toBe('oldold')
    expect(saysOf(marks, 'not-again')).toEqual([{ mark: 'not-again', index: 2 }])
  })

  test('heeds a request to stop before its first change, and not between a change and the health of what reads it', async () => {
    host.write('main.cf', 'old')
    const ask = command('ask', sh`: >${join(host.volatile, 'stop-r1')}`)
    const early = await apply([ask, staged('main.cf', 'new'), command('health', sh`:`)])
    expect([early.code, early.marks.at(-1)]).toEqual([0, { mark: 'stopped' }])
    expect(host.read('main.cf')).toBe('old')
    await host.run(sh`rm ${join(host.volatile, 'stop-r1')}`)
    const late = await apply([staged('main.cf', 'new'), ask, command('health', sh`:`)])
    expect(late.marks.at(-1)).toEqual({ mark: 'role-done' })
    expect(host.read('main.cf')).toBe('new')
    expect(litter()).toEqual([])
  })

  test('does not heed a request that was meant for another run', async () => {
    writeFileSync(join(host.volatile, 'stop-r0'), '')
    expect((await apply([staged('main.cf', 'new')])).marks.at(-1)).toEqual({ mark: 'role-done' })
  })

  test('does nothing more once its lock is somebody else’s', async () => {
    host.write('main.cf', 'old')
    const taken = scriptOf([staged('main.cf', 'new')])
    host.lockedBy('r2')
    const { code, stdout } = await host.run(taken)
    expect([code, stdout]).toEqual([1, `${token} lock-lost\n`])
    expect(host.read('main.cf')).toBe('old')
  })

  /** A run that is killed between swap and health. */
  async function killed(steps: readonly Step[], run = 'r1'): Promise<void> {
    const gate = join(host.folder, 'gate')
    await host.run(sh`mkfifo ${gate}`)
    const { child, ended } = host.start(scriptOf([...steps, command('gate', sh`read -r go <${gate}`)], run), ['setsid'])
    await host.run(sh`: >${gate}`)
    process.kill(-(child.pid ?? 0), 'SIGKILL')
    await ended
    await host.run(sh`rm -f ${gate}`)
  }

  test('takes up what a killed run left: a failure brings back what was proven before that run', async () => {
    host.write('main.cf', 'proven')
    host.write('gone.cf', 'to go')
    await killed([staged('main.cf', 'never proven'), staged('fresh.cf', 'x'), removal('gone.cf')])
    expect([host.read('main.cf'), host.read('gone.cf')]).toEqual(['never proven', undefined])
    const { marks } = await apply([staged('main.cf', 'newer'), staged('fresh.cf', 'y'), broken()], 'r2')
    expect(saysOf(marks, 'rolled-back')).toMatchObject([{ lost: 0 }])
    expect(['main.cf', 'fresh.cf', 'gone.cf'].map((name) => host.read(name))).toEqual(['proven', undefined, 'to go'])
    expect(litter()).toEqual([])
  })

  test('takes up what a killed run left: success ends the matter', async () => {
    host.write('main.cf', 'proven')
    await killed([staged('main.cf', 'good')])
    const { marks } = await apply([command('health', sh`:`)], 'r2')
    expect(marks.at(-1)).toEqual({ mark: 'role-done' })
    expect(host.read('main.cf')).toBe('good')
    expect(litter()).toEqual([])
    const later = await apply([broken()], 'r3')
    expect(saysOf(later.marks, 'rolled-back')).toEqual([])
    expect(host.read('main.cf')).toBe('good')
  })

  test('that is not part of the next run has its unproven files put back when the lock is taken', async () => {
    host.write('main.cf', 'proven')
    await killed([staged('main.cf', 'never proven')])
    await host.run(sh`rm ${join(host.volatile, 'lock')}`)
    const mine = { run: 'r2', owner: 'ann', since: 'now' }
    const { stdout } = await host.run(lockScript(mine, ['web']))
    expect(parseLock(stdout)).toMatchObject({
      state: 'locked',
      interrupted: 'r1 mail',
      putBack: [{ role: 'mail', back: 1, lost: 0 }],
    })
    expect(host.read('main.cf')).toBe('proven')
    expect(litter()).toEqual([])
  })

  test('killed while it stages leaves candidates that the next run deletes', async () => {
    const gate = join(host.folder, 'gate')
    await host.run(sh`mkfifo ${gate}`)
    const waiting = staged('main.cf', 'new', sh`read -r go <${gate}`)
    const { child, ended } = host.start(scriptOf([waiting]), ['setsid'])
    await host.run(sh`: >${gate}`)
    process.kill(-(child.pid ?? 0), 'SIGKILL')
    await ended
    expect(litter()).not.toEqual([])
    await host.run(sh`rm ${join(host.volatile, 'lock')}`)
    await host.run(lockScript({ run: 'r2', owner: 'ann', since: 'now' }, ['mail']))
    expect(litter().filter((name) => name.includes('orchestrate'))).toEqual([])
  })

  test('rolls back on a disk without any room', async () => {
    // A file system of its own, full from the moment of the swap on.
    const fill = command(
      'fill',
      sh`cat /dev/zero >${join(host.etc, 'filler')} 2>/dev/null; cat /dev/zero >${join(host.state, 'filler')} 2>/dev/null; false`,
    )
    const script = scriptOf([staged('main.cf', 'n'.repeat(9000)), removal('gone.cf'), fill])
    const full = sh`mount -t tmpfs -o size=128k,nr_inodes=64 none ${host.etc}
mount -t tmpfs -o size=64k,nr_inodes=64 none ${host.state}
printf old >${join(host.etc, 'main.cf')}
printf 'to go' >${join(host.etc, 'gone.cf')}
( ${script}
)
cat ${join(host.etc, 'main.cf')} ${join(host.etc, 'gone.cf')}
rm -f ${join(host.etc, 'filler')}
ls -A ${host.etc}`
    const namespaces = ['unshare', '--mount', '--map-root-user']
    if ((await host.run('true', namespaces)).code !== 0) return
    const { stdout } = await host.run(full, namespaces)
    expect(stdout).toMatch(/ rolled-back 2 0 \S*\nold?to go/)
    expect(stdout).toContain('gone.cf\nmain.cf\n')
    expect(stdout).not.toContain('.kept')
  })

  test('makes candidates out of reach where others can write, and follows no link that stands in their place', async () => {
    chmodSync(host.etc, 0o777)
    const victim = join(host.folder, 'victim')
    writeFileSync(victim, 'mine')
    chmodSync(victim, 0o640)
    symlinkSync(victim, join(host.etc, '.main.cf.orchestrate-r1'))
    const seen = sh`pwd >${join(host.folder, 'where')}; printf new >"$candidate"; chmod 0777 "$candidate"`
    const { marks } = await apply([
      step('file:main.cf', { sort: 'staged', target: join(host.etc, 'main.cf'), stage: seen }),
    ])
    expect(marks.at(-1)).toEqual({ mark: 'role-done' })
    expect((await host.run(`cat ${join(host.folder, 'where')}`)).stdout).toBe(`${host.etc}/.orchestrate-r1\n`)
    expect((await host.run(`cat ${victim}; stat -c %a ${victim}`)).stdout).toBe('mine640\n')
    expect(host.read('main.cf')).toBe('new')
  })

  test('refuses to work through a link that stands where it works out of reach', async () => {
    chmodSync(host.etc, 0o777)
    const elsewhere = join(host.folder, 'elsewhere')
    mkdirSync(elsewhere)
    symlinkSync(elsewhere, join(host.etc, '.orchestrate-r1'))
    const { marks } = await apply([staged('main.cf', 'new')])
    expect(saysOf(marks, 'failed')).toMatchObject([{ id: 'file:main.cf' }])
    expect(host.names(elsewhere)).toEqual([])
  })

  test.runIf(process.getuid?.() === 0)('refuses a folder that is reached through another account’s link', async () => {
    const elsewhere = join(host.folder, 'elsewhere')
    mkdirSync(elsewhere)
    symlinkSync(elsewhere, join(host.etc, 'maps'))
    await host.run(sh`chown -h nobody ${join(host.etc, 'maps')}`)
    const { marks } = await apply([staged('maps/x', 'new')])
    expect(saysOf(marks, 'failed')).toMatchObject([
      { log: expect.stringContaining('a link that another account made') },
    ])
    await host.run(sh`chown -h root ${join(host.etc, 'maps')}`)
    expect((await apply([staged('maps/x', 'new')])).marks.at(-1)).toEqual({ mark: 'role-done' })
    expect(existsSync(join(elsewhere, 'x'))).toBe(true)
  })

  test('does not write through a link of the copied tree into what is live', async () => {
    const live = join(host.folder, 'live')
    mkdirSync(live)
    symlinkSync(live, join(host.etc, 'maps'))
    const { marks } = await apply([staged('maps/x', 'new'), tree(sh`:`)])
    expect(saysOf(marks, 'failed')).toMatchObject([
      { id: 'validate:etc', log: expect.stringContaining('leads out of the copy') },
    ])
    expect(host.names(live)).toEqual([])
  })
})
