import { copyFileSync, existsSync, mkdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { breakLockScript, inspectLockScript, parseInspection } from '../../src/engine/break-lock.ts'
import { type HeldLock, lockScript, parseLock, stopScript, unlockScript } from '../../src/engine/lock.ts'
import { lines, sh } from '../../src/kernel/sh.ts'
import { HostShell } from './host-shell.ts'

const owner = (run: string) => ({ run, owner: 'ann@desk', since: '2026-11-24T03:48:56Z' })
const nobody = '4194304 1 r0 bob 2026-11-24T03:00:00Z'

let host: HostShell
let lock: string
beforeEach(() => {
  host = new HostShell()
  lock = join(host.volatile, 'lock')
})
afterEach(() => host.end())

async function take(run: string) {
  return parseLock((await host.run(lockScript(owner(run), ['mail']))).stdout)
}

/** A program that the lock takes for a connection of sshd: its name is all that counts. */
function sshd(): string {
  const path = join(host.folder, 'bin', 'sshd')
  if (!existsSync(path)) copyFileSync('/bin/sh', path)
  return path
}

/** Somebody who took the lock and goes on living, idle or with a script that runs, until the test ends or `let go` is called. */
async function holder(run: string, { connected, busy }: { connected: boolean; busy: boolean }) {
  const gate = join(host.folder, `gate-${run}`)
  await host.run(sh`mkfifo ${gate}`)
  const took = join(host.folder, `took-${run}`)
  const script = lines([
    sh`( ${lockScript(owner(run), [])}\n)`,
    busy ? sh`( : >${took}; read -r go <${gate}; : )` : sh`: >${took}; read -r go <${gate}`,
  ])
  const { child, ended } = host.start(script, ['setsid'], { shell: connected ? sshd() : '/bin/sh' })
  await expect.poll(() => existsSync(took), { timeout: 10_000, interval: 20 }).toBe(true)
  return { child, ended, letGo: () => host.run(sh`: >${gate}`) }
}

/** What `ss` says of the connection that holds the lock: milliseconds since a byte and since an acknowledgement came. */
function heard(times: string): void {
  const line = `ESTAB 0 0 10.0.0.1:22 10.0.0.2:51000 users:(("sshd",pid=$(readlink ${lock} | cut -d ' ' -f 1),fd=4))`
  host.program(
    'ss',
    `echo "ESTAB 0 0 10.0.0.1:22 10.0.0.9:4000 users:((\\"sshd\\",pid=1,fd=4))"
printf '\\t cubic lastrcv:1 lastack:1\\n'
echo "${line.replaceAll('"', '\\"')}"
printf '\\t cubic wscale:7,7 lastsnd:5 ${times} pacing_rate 1Mbps\\n'`,
  )
}

describe('the lock of a host', () => {
  test('is taken when it is free, and when the shell that made it is gone', async () => {
    expect(await take('r1')).toEqual({ state: 'locked', interrupted: undefined, putBack: [] })
    expect(readlinkSync(lock)).toMatch(/^\d+ \d+ r1 ann%40desk 2026-11-24T03:48:56Z$/)
    expect(await take('r2')).toMatchObject({ state: 'locked' })
    expect(readlinkSync(lock)).toContain(' r2 ')
  })

  test('tells of a run that did not end, and clears requests to stop', async () => {
    writeFileSync(join(host.state, 'journal'), 'r0 postfix\n')
    writeFileSync(join(host.volatile, 'stop-r0'), '')
    expect(await take('r1')).toMatchObject({ state: 'locked', interrupted: 'r0 postfix' })
    expect(host.names(host.volatile)).toEqual(['guard', 'lock'])
  })

  test('is refused at once, with the reason, where the state cannot be kept', async () => {
    await host.run(sh`rmdir ${host.state}; : >${host.state}`)
    expect(await take('r1')).toMatchObject({ state: 'unusable', because: expect.stringMatching(/^mkdir: .*exists/i) })
    expect(existsSync(lock)).toBe(false)
  })

  test('is refused at once, with the reason, where its guard cannot be made', async () => {
    mkdirSync(join(host.volatile, 'guard'))
    expect(await take('r1')).toMatchObject({ state: 'unusable', because: expect.stringMatching(/guard: .*directory/i) })
  })

  test('is refused at once, with the reason, where the link cannot be made', async () => {
    mkdirSync(lock)
    expect(await take('r1')).toMatchObject({ state: 'unusable', because: expect.stringMatching(/^ln: .*directory/i) })
  })

  test('is refused at once on a full disk', async () => {
    const namespaces = ['unshare', '--mount', '--map-root-user']
    if ((await host.run('true', namespaces)).code !== 0) return
    const full = sh`mount -t tmpfs -o size=8k none ${host.state}
cat /dev/zero >${join(host.state, 'filler')} 2>/dev/null
${lockScript(owner('r1'), [])}`
    expect(parseLock((await host.run(full, namespaces)).stdout)).toMatchObject({
      state: 'unusable',
      because: expect.stringMatching(/No space left/),
    })
  })

  test('is kept by a connection that lives, with its owner', async () => {
    await holder('r1', { connected: true, busy: false })
    expect(await take('r2')).toMatchObject({ state: 'held', how: 'connected', by: owner('r1') })
  })

  test('is kept while acknowledgements come from the other end', async () => {
    await holder('r1', { connected: true, busy: false })
    heard('lastrcv:900000 lastack:20000')
    expect(await take('r2')).toMatchObject({ state: 'held', how: 'connected' })
  })

  test('is kept when an acknowledgement came this very millisecond, which ss leaves out', async () => {
    await holder('r1', { connected: true, busy: false })
    heard('lastrcv:900000')
    expect(await take('r2')).toMatchObject({ state: 'held', how: 'connected' })
  })

  test('is taken from a connection that has been silent for minutes, and its shell is ended', async () => {
    const { ended } = await holder('r1', { connected: true, busy: false })
    heard('lastrcv:900000 lastack:900000')
    expect(await take('r2')).toMatchObject({ state: 'locked' })
    expect((await ended).code).not.toBe(0)
  })

  test('is waited for while a script of a lost connection runs', async () => {
    const { letGo } = await holder('r1', { connected: false, busy: true })
    const { child, ended } = host.start(lockScript(owner('r2'), []))
    host.program('sleep', `: >${join(host.folder, 'waits')}; exec /bin/sleep 0.02`)
    await expect.poll(() => existsSync(join(host.folder, 'waits')), { timeout: 10_000, interval: 20 }).toBe(true)
    expect(child.exitCode).toBe(null)
    await letGo()
    expect(parseLock((await ended).stdout)).toMatchObject({ state: 'locked' })
  })

  test('is told as finishing when a script of a lost connection does not end', { timeout: 60_000 }, async () => {
    await holder('r1', { connected: false, busy: true })
    host.program('sleep', ':')
    expect(await take('r2')).toMatchObject({ state: 'held', how: 'finishing', by: owner('r1') })
  })

  test('is given back by its own run only; a clean end clears the journal', async () => {
    writeFileSync(join(host.state, 'journal'), 'r1 mail\n')
    symlinkSync(nobody, lock)
    const give = (run: string, clean: boolean) => host.run(unlockScript(run, { clean, roles: ['mail'] }))
    await give('r1', true)
    expect([existsSync(join(host.state, 'journal')), readlinkSync(lock)]).toEqual([true, nobody])
    await give('r0', false)
    expect([existsSync(join(host.state, 'journal')), host.names(host.volatile)]).toEqual([true, ['guard']])
    symlinkSync(nobody, lock)
    await give('r0', true)
    expect([existsSync(join(host.state, 'journal')), host.names(host.volatile)]).toEqual([false, ['guard']])
  })

  test('a request to stop that comes late does not reach the run of somebody else', async () => {
    symlinkSync(nobody, lock)
    await host.run(stopScript('r1'))
    expect(host.names(host.volatile)).toEqual(['lock'])
    await host.run(stopScript('r0'))
    expect(host.names(host.volatile)).toEqual(['lock', 'stop-r0'])
  })
})

describe('unlock', () => {
  const inspect = async () => parseInspection((await host.run(inspectLockScript)).stdout)

  test('shows who holds the lock and what runs, ends that run and takes the lock away', async () => {
    const { ended } = await holder('r1', { connected: true, busy: true })
    const found = (await inspect()) as HeldLock
    expect(found).toMatchObject({ state: 'held', how: 'connected', by: owner('r1') })
    expect(found.running.join()).toContain('sshd')
    host.program('sleep', ':')
    expect((await host.run(breakLockScript(found))).stdout).toBe('broken\n')
    await ended
    expect(existsSync(lock)).toBe(false)
    expect(await inspect()).toEqual({ state: 'free' })
  })

  test('leaves a lock alone that is not the one that was shown', async () => {
    symlinkSync(nobody, lock)
    const shown = { mark: '4194304 1 r9 bob 2026-11-24T03:00:00Z', by: owner('r9') }
    expect((await host.run(breakLockScript(shown))).stdout).toBe('moved\n')
    expect(readlinkSync(lock)).toBe(nobody)
  })

  test('says free where nobody holds it, and where its maker is gone', async () => {
    expect(await inspect()).toEqual({ state: 'free' })
    symlinkSync(nobody, lock)
    expect(await inspect()).toEqual({ state: 'free' })
  })
})

const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
const races = 200

test(`of those who start at once one holds the lock, in ${races} races (SEED=${seed})`, {
  timeout: 300_000,
}, async () => {
  const random = seeded(seed)
  const starters = ['a', 'b'].map((name) => starter(name))
  for (let race = 0; race < races; race += 1) {
    rmSync(lock, { force: true })
    if (race % 4 > 0) symlinkSync(nobody, lock)
    const answers = await Promise.all(starters.map((one) => one(`r${race}`, Math.floor(random() * 2_000))))
    expect({ race, took: answers.filter((answer) => answer === 'took').length }).toEqual({ race, took: 1 })
  }
})

/** A living connection that asks for the lock whenever it is told to, after counting to a number. */
function starter(name: string): (run: string, delay: number) => Promise<string> {
  const script = lockScript(owner(`RUN-${name}`), [])
  const { child } = host.start(
    lines([
      'while read -r run delay; do',
      '  while [ "$delay" -gt 0 ]; do delay=$((delay - 1)); done',
      sh`  answer=$( ${script}\n)`,
      '  case $answer in *locked*) echo took ;; *) echo "$answer" ;; esac',
      'done',
    ]),
    ['setsid'],
    { shell: sshd(), stdin: 'pipe' },
  )
  const answers = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]()
  return async (run, delay) => {
    child.stdin?.write(`${run} ${delay}\n`)
    return (await answers.next()).value ?? 'ended'
  }
}

/** Mulberry32: the same numbers from the same seed. */
function seeded(state: number): () => number {
  let a = state
  return () => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
