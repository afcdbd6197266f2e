import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import * as lab from '../lab/index.ts'
import * as gate from './support/gate.ts'
import { leftovers, onHost, until } from './support/hosts.ts'
import { orchestrate, reported, start } from './support/orchestrate.ts'
import { ownSecrets } from './support/secrets.ts'

const inventory = 'test/e2e/fixtures/fleet.ts'
const apply = ['apply', inventory, '--yes', '--limit', 'mx1', '--roles', 'sample', '--format', 'json']
let interval = 100
let secrets: Awaited<ReturnType<typeof ownSecrets>>

/** Starts an apply that has a file to change and a service to restart after it, and waits until it stands between them. */
async function applyAtTheGate() {
  interval += 1
  await gate.shut('mx1')
  const running = start(apply, { env: { TEST_INTERVAL: String(interval) } })
  await gate.reached('mx1')
  return running
}

/** As a reboot or the OOM killer does: the shell that works on the host is gone, and what it was running. */
async function killHostShell(): Promise<void> {
  await onHost('mx1', 'set -- $(readlink /run/orchestrate/lock); kill -9 "$1" $(pgrep -P "$1")')
}

function converge() {
  return start(apply, { env: { TEST_INTERVAL: String(interval) } }).ended
}

beforeAll(async () => {
  await lab.requireLab()
  secrets = await ownSecrets(inventory)
  await gate.open('mx1')
  const first = await orchestrate('apply', inventory, '--yes')
  expect(first.stderr.match(/failed.*/g) ?? []).toEqual([])
  expect(first.code).toBe(0)
})
beforeEach(() => gate.open('mx1'))
afterAll(() => secrets.drop())

describe('when an apply is broken off', () => {
  it('by kill -9 of the controller, the host ends its script and the next apply waits for that and converges', async () => {
    const killed = await applyAtTheGate()
    killed.kill('SIGKILL')
    expect((await killed.ended).signal).toBe('SIGKILL')
    const next = converge()
    await gate.open('mx1')
    expect((await next).code).toBe(0)
    expect(await gate.loaded('mx1')).toBe(true)
    expect(await leftovers('mx1')).toBe('')
  })

  it('by the death of the host’s shell, the restart that is owed is seen and done', async () => {
    const lost = await applyAtTheGate()
    await killHostShell()
    const ended = await lost.ended
    expect(ended.code).toBe(3)
    expect(reported(ended).get('mx1')).toMatchObject({ status: 'unreachable', code: 'E_LOST' })
    await gate.open('mx1')
    expect(await gate.loaded('mx1')).toBe(false)

    const next = await converge()
    expect(next.code).toBe(0)
    expect(reported(next).get('mx1')).toMatchObject({ status: 'changed', restarts: 1 })
    expect(await gate.loaded('mx1')).toBe(true)
    expect(await leftovers('mx1')).toBe('')
  })

  it('between a file and the health of what reads it, a later refusal brings back what was proven before', async () => {
    const proven = await onHost('mx1', 'cat /etc/lab-probe.conf')
    const lost = await applyAtTheGate()
    await killHostShell()
    await lost.ended
    await gate.open('mx1')
    expect(await onHost('mx1', 'cat /etc/lab-probe.conf')).not.toBe(proven)
    const refused = await start(apply, { env: { TEST_INTERVAL: '666' } }).ended
    expect(refused.code).toBe(1)
    expect(await onHost('mx1', 'cat /etc/lab-probe.conf; systemctl is-active lab-probe.service')).toBe(
      `${proven}\nactive`,
    )
    expect((await converge()).code).toBe(0)
    expect(await leftovers('mx1')).toBe('')
  })

  it('by unlock, the run that held the host is ended and the next apply converges', async () => {
    const held = await applyAtTheGate()
    const unlocked = await orchestrate('unlock', inventory, '--limit', 'mx1', '--yes')
    expect(unlocked.stderr).toMatch(/^mx1 is locked by \S+@\S+ since \S+ \(run \S+\); its connection lives/m)
    expect([unlocked.code, unlocked.stdout]).toEqual([
      0,
      'mx1  is unlocked; the next apply takes up what that run left\n',
    ])
    expect((await held.ended).code).toBe(3)
    await gate.open('mx1')
    expect((await converge()).code).toBe(0)
    expect(await gate.loaded('mx1')).toBe(true)
    expect(await leftovers('mx1')).toBe('')
    const free = await orchestrate('unlock', inventory, '--limit', 'mx1', '--yes')
    expect([free.code, free.stdout]).toEqual([0, 'mx1  is not locked\n'])
  })

  it('by Ctrl-C, it ends the role that has changed a file, gives the lock back and exits 130; the next apply does the rest', async () => {
    const stopped = await applyAtTheGate()
    stopped.kill('SIGINT')
    // The request has arrived when its file is there.
    await until('mx1', 'ls /run/orchestrate/stop-*')
    await gate.open('mx1')
    const ended = await stopped.ended
    expect(ended.code).toBe(130)
    expect(reported(ended).get('mx1')).toMatchObject({ status: 'interrupted' })
    expect(await gate.loaded('mx1')).toBe(true)
    expect(await leftovers('mx1')).toBe('journal')

    expect((await converge()).code).toBe(0)
    expect(await gate.loaded('mx1')).toBe(true)
    expect(await leftovers('mx1')).toBe('')
  })
})

describe('two applies at once', () => {
  it('refuses the second with the name of the first one’s owner', async () => {
    const first = await applyAtTheGate()
    const second = await converge()
    expect(second.code).toBe(4)
    expect(reported(second).get('mx1')?.message).toMatch(/^mx1 is locked by \S+@\S+ since \S+ \(run \S+\)$/)
    await gate.open('mx1')
    expect((await first.ended).code).toBe(0)
    expect(await leftovers('mx1')).toBe('')
  })
})

describe('a file that its check refuses', () => {
  it('does not go live, and the service keeps what it had', async () => {
    await gate.open('mx1')
    const before = await onHost('mx1', 'cat /etc/lab-probe.conf; systemctl show -p InvocationID lab-probe.service')
    const refused = await start(apply, { env: { TEST_INTERVAL: '13' } }).ended
    expect(refused.code).toBe(1)
    expect(reported(refused).get('mx1')?.message).toContain('file:/etc/lab-probe.conf failed in role sample')
    expect(await onHost('mx1', 'cat /etc/lab-probe.conf; systemctl show -p InvocationID lab-probe.service')).toBe(
      before,
    )
  })

  it('is rolled back with its role when the service does not come up with it', async () => {
    const before = await onHost('mx1', 'cat /etc/lab-probe.conf')
    const failed = await start(apply, { env: { TEST_INTERVAL: '666' } }).ended
    expect(failed.code).toBe(1)
    expect(reported(failed).get('mx1')?.message).toContain('1 file was rolled back')
    expect(reported(failed).get('mx1')).toMatchObject({ status: 'failed', changed: 0 })
    expect(await onHost('mx1', 'cat /etc/lab-probe.conf; systemctl is-active lab-probe.service')).toBe(
      `${before}\nactive`,
    )
    const next = await converge()
    expect(next.code).toBe(0)
  })
})

describe('one host down', () => {
  it('does not keep the other from being done, and says which and why', async () => {
    await lab.stop('mx2')
    try {
      await onHost('mx1', 'echo drift >> /etc/sample/one.conf')
      const ended = await start(['apply', inventory, '--yes'], { env: { TEST_INTERVAL: String(interval) } }).ended
      expect(ended.code).toBe(3)
      expect(ended.stdout).toMatch(/^mx1 {2}1 change/m)
      expect(ended.stdout).toMatch(/^mx2 {2}unreachable/m)
      expect(ended.stdout).toContain('2 hosts: 1 changed, 1 unreachable')
    } finally {
      await lab.start('mx2')
    }
  })
})
