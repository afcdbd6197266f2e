import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sh } from '../../src/kernel/sh.ts'
import type { Session } from '../../src/model/session.ts'
import { FaultProxy } from './proxy.ts'
import type { TestHost } from './server.ts'
import { keyOf, World } from './world.ts'

let world: World
beforeEach(() => {
  world = new World()
})
afterEach(() => world.end())

async function open(): Promise<{ host: TestHost; proxy: FaultProxy; session: Session }> {
  const host = await world.host()
  const proxy = world.keep(await FaultProxy.start(host.port))
  world.know([proxy.port])
  return { host, proxy, session: await world.connect(world.connection(proxy.port)) }
}

/** Starts a command that runs until it is stopped; resolves when it has begun. */
async function begin(session: Session, options = {}): Promise<{ outcome: Promise<unknown> }> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const outcome = session
    .run(sh`echo begun; exec sleep 600`, { ...options, onLine: resolve })
    .catch((error: unknown) => error)
  await promise
  return { outcome }
}

describe('a lost connection', () => {
  test('while idle ends no process; the next command is E_LOST', async () => {
    const { host, proxy, session } = await open()
    await session.run(sh`:`)
    proxy.reset()
    await expect.poll(() => host.connections.size).toBe(0)
    await expect(session.run(sh`:`)).rejects.toMatchObject({ code: 'E_LOST', exit: 'unreachable', host: 'sv1' })
    await expect(session.run(sh`:`)).rejects.toMatchObject({ code: 'E_LOST' })
    await session.close()
  })

  test('during a command is an error, never a result, also for those that wait behind it', async () => {
    const { host, session } = await open()
    const { outcome } = await begin(session)
    const behind = session.run(sh`:`).catch((error: unknown) => error)
    host.drop()
    expect(await outcome).toMatchObject({ code: 'E_LOST' })
    expect(String(await outcome)).toContain('while a command was running')
    expect(await behind).toMatchObject({ code: 'E_LOST' })
  })

  test('lets a running script come to its end, also when nobody reads what it prints', async () => {
    const { host, session } = await open()
    const [gate, done] = [join(world.folder, 'gate'), join(world.folder, 'done')]
    const { promise: begun, resolve } = Promise.withResolvers<string>()
    const outcome = session
      .run(
        sh`echo begun; while [ ! -e ${gate} ]; do sleep 0.01; done
           i=0; while [ $i -lt 3000 ]; do echo ${'nobody reads this'.repeat(5)}; i=$((i + 1)); done 2>/dev/null
           printf x | cat >&2; : > ${done}`,
        { onLine: resolve },
      )
      .catch((error: unknown) => error)
    await begun
    host.drop()
    expect(await outcome).toMatchObject({ code: 'E_LOST' })
    writeFileSync(gate, '')
    await expect.poll(() => existsSync(done), { timeout: 10_000 }).toBe(true)
    await expect.poll(() => host.running, { timeout: 10_000 }).toBe(0)
  })

  test('of one host leaves the other alone', async () => {
    const [one, two] = [await open(), await open()]
    const gate = join(world.folder, 'gate')
    const running = two.session.run(sh`while [ ! -e ${gate} ]; do sleep 0.01; done; echo done`)
    const { outcome } = await begin(one.session)
    one.proxy.reset()
    expect(await outcome).toMatchObject({ code: 'E_LOST' })
    writeFileSync(gate, '')
    expect(await running).toMatchObject({ code: 0, stdout: 'done\n' })
  })
})

describe('connecting', () => {
  test('is tried again when refused or reset before the handshake, twice', async () => {
    const host = await world.host()
    const proxy = world.keep(await FaultProxy.start(host.port, { refuseFirst: 2 }))
    world.know([proxy.port])
    const session = await world.connect(world.connection(proxy.port))
    expect(await session.run(sh`echo in`)).toMatchObject({ stdout: 'in\n' })
    expect(proxy.accepted).toBe(3)
    const worse = world.keep(await FaultProxy.start(host.port, { refuseFirst: 9 }))
    await expect(world.connect(world.connection(worse.port))).rejects.toMatchObject({ code: 'E_CONNECT' })
    expect(worse.accepted).toBe(3)
  })

  test('is not tried again when a key or login is refused', async () => {
    const host = await world.host({ authorizedKeys: [keyOf('other').parsed] })
    await expect(world.connect(world.connection(host.port))).rejects.toMatchObject({ code: 'E_HOST_KEY' })
    world.know([host.port])
    await expect(world.connect(world.connection(host.port))).rejects.toMatchObject({ code: 'E_AUTH' })
    expect(host.accepted).toBe(2)
  })

  test('to a closed port or an unknown name says so', async () => {
    const host = await world.host()
    await host.stop()
    await expect(world.connect(world.connection(host.port))).rejects.toThrow(
      `sv1: cannot connect to root@127.0.0.1:${host.port}: connection refused`,
    )
    const nowhere = world.connect(world.connection(22, { address: 'nowhere.invalid', port: undefined }))
    await expect(nowhere).rejects.toMatchObject({
      code: 'E_CONNECT',
      hint: 'Check the name: getent hosts nowhere.invalid',
    })
  })

  test('to something that is no SSH server is an error', async () => {
    const host = await world.host()
    const silent = world.keep(
      await FaultProxy.start(host.port, { cutAfter: { direction: 'down', bytes: 0 }, how: 'stall' }),
    )
    const error = await world
      .connect(world.connection(silent.port, { connectTimeout: 1 }))
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'E_CONNECT',
      hint: `See where it hangs:\nssh -v -p ${silent.port} root@127.0.0.1`,
    })
    expect(String(error)).toContain('no handshake on root@127.0.0.1')
  })
})

describe('the operator', () => {
  test('ends a command, and the session with it', async () => {
    const { session } = await open()
    const controller = new AbortController()
    const { outcome } = await begin(session, { signal: controller.signal })
    controller.abort()
    expect(await outcome).toMatchObject({ code: 'E_INTERRUPTED', exit: 'interrupted', host: 'sv1' })
    await expect(session.run(sh`:`)).rejects.toMatchObject({ code: 'E_LOST' })
  })

  test('takes back a command that still waits, and leaves the running one alone', async () => {
    const { session } = await open()
    const gate = join(world.folder, 'gate')
    const running = session.run(sh`while [ ! -e ${gate} ]; do sleep 0.01; done; echo done`)
    const controller = new AbortController()
    const waiting = session.run(sh`echo never`, { signal: controller.signal }).catch((error: unknown) => error)
    controller.abort()
    expect(await waiting).toMatchObject({ code: 'E_INTERRUPTED' })
    writeFileSync(gate, '')
    expect(await running).toMatchObject({ stdout: 'done\n' })
    expect(await session.run(sh`echo next`)).toMatchObject({ stdout: 'next\n' })
  })

  test('ends connecting, at once or before it began, and also the wait between two tries', async () => {
    const host = await world.host()
    const silent = world.keep(
      await FaultProxy.start(host.port, { cutAfter: { direction: 'down', bytes: 0 }, how: 'stall' }),
    )
    const controller = new AbortController()
    const connecting = world
      .connect(world.connection(silent.port), { signal: controller.signal })
      .catch((error: unknown) => error)
    await expect.poll(() => silent.accepted).toBe(1)
    controller.abort()
    expect(await connecting).toMatchObject({ code: 'E_INTERRUPTED', exit: 'interrupted' })
    await expect(world.connect(world.connection(host.port), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'E_INTERRUPTED',
    })
    expect(host.accepted).toBe(1)
    const broken = world.keep(await FaultProxy.start(host.port, { refuseFirst: 9 }))
    const later = new AbortController()
    const retrying = world
      .connect(world.connection(broken.port), { signal: later.signal, retryWaitMs: 600_000 })
      .catch((error: unknown) => error)
    await expect.poll(() => broken.open + broken.accepted).toBe(1)
    later.abort()
    expect(await retrying).toMatchObject({ code: 'E_INTERRUPTED' })
  })

  test('may watch many hosts with one signal without a warning', async () => {
    const warnings: Error[] = []
    const note = (warning: Error) => warnings.push(warning)
    process.on('warning', note)
    const host = await world.host()
    world.know([host.port])
    const { signal } = new AbortController()
    const sessions = await Promise.all(
      Array.from({ length: 20 }, () => world.connect(world.connection(host.port), { signal })),
    )
    await Promise.all(sessions.map((session) => session.run(sh`:`, { signal })))
    await new Promise(setImmediate)
    process.off('warning', note)
    expect(warnings).toEqual([])
  })
})

test('a command that takes too long is E_TIMEOUT, and the session is closed', async () => {
  const { host, session } = await open()
  const error = await session.run(sh`exec sleep 600`, { timeoutMs: 200 }).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'E_TIMEOUT', exit: 'failed', host: 'sv1' })
  await expect(session.run(sh`:`)).rejects.toMatchObject({ code: 'E_LOST' })
  await expect.poll(() => host.connections.size).toBe(0)
})

test('closing is idempotent, ends the remote loop, and makes a running command E_LOST', async () => {
  const { host, session } = await open()
  await session.run(sh`:`)
  await Promise.all([session.close(), session.close()])
  await session.close()
  await expect.poll(() => host.running).toBe(0)
  await expect(session.run(sh`:`)).rejects.toMatchObject({ code: 'E_LOST' })
  const other = await open()
  const { outcome } = await begin(other.session)
  await other.session.close()
  expect(await outcome).toMatchObject({ code: 'E_LOST', message: 'sv1: the session was closed' })
})
