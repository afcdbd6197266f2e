import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { OrchestrateError } from '../../src/kernel/errors.ts'
import { Secret } from '../../src/kernel/secret.ts'
import { sh } from '../../src/kernel/sh.ts'
import type { HostOptions, TestHost } from './server.ts'
import { keyOf, World } from './world.ts'

let world: World
beforeEach(() => {
  world = new World()
})
afterEach(() => world.end())

async function known(options: Partial<HostOptions> = {}): Promise<TestHost> {
  const host = await world.host(options)
  world.know([host.port])
  return host
}

/** Config that gives test hosts names; each hop has its own user and key. */
function names(hosts: Readonly<Record<string, TestHost>>, more: Readonly<Record<string, string>> = {}): void {
  const entries = Object.entries(hosts).map(
    ([name, { port }]) =>
      `Host ${name}\n HostName 127.0.0.1\n Port ${port}\n User root\n IdentityFile ${world.userKey.file}\n ${more[name] ?? ''}\n`,
  )
  world.config(entries.join(''))
}

async function refusal(address: string, more = {}): Promise<OrchestrateError> {
  const connection = { name: 'sv1', address, connectTimeout: 10, ...more }
  const error = await world.connect(connection).catch((thrown: unknown) => thrown)
  if (!OrchestrateError.is(error)) throw new Error('was let in', { cause: error })
  expect(error.host).toBe('sv1')
  return error
}

describe('ProxyJump', () => {
  test('goes over two hops, each with its own config, and closes them with the session', async () => {
    const [target, second, first] = [await known(), await known({ user: 'hop' }), await known()]
    names({ target, second, first }, { target: 'ProxyJump first,hop@second' })
    const session = await world.connect({ name: 'sv1', address: 'target' })
    expect(await session.run(sh`echo there`)).toMatchObject({ stdout: 'there\n' })
    expect(first.tunnels).toEqual([`127.0.0.1:${second.port}`])
    expect(second.tunnels).toEqual([`127.0.0.1:${target.port}`])
    expect(first.commands).toEqual([])
    await session.close()
    for (const host of [target, second, first]) await expect.poll(() => host.connections.size).toBe(0)
  })

  test('follows the ProxyJump of the first hop', async () => {
    const [target, second, first] = [await known(), await known(), await known()]
    names({ target, second, first }, { target: 'ProxyJump second', second: 'ProxyJump first' })
    const session = await world.connect({ name: 'sv1', address: 'target' })
    expect(await session.run(sh`echo there`)).toMatchObject({ stdout: 'there\n' })
    expect([first.accepted, second.accepted, target.accepted]).toEqual([1, 1, 1])
  })

  test('refuses a changed key on the second hop, before anything is shown to it', async () => {
    const [target, second, first] = [
      await known(),
      await world.host({ hostKeys: [keyOf('impostor').text] }),
      await known(),
    ]
    world.know([second.port])
    names({ target, second, first })
    const error = await refusal('target', { proxyJump: 'first,second' })
    expect(error).toMatchObject({ code: 'E_HOST_KEY', exit: 'unreachable' })
    expect(error.message).toContain('sv1: on the way over second: HOST KEY CHANGED')
    expect(error.hint).toContain('ssh-keygen')
    expect(second.attempts).toEqual([])
    expect(target.accepted).toBe(0)
    await expect.poll(() => first.connections.size).toBe(0)
  })

  test('refuses an unknown key on the target behind a bastion', async () => {
    const [target, bastion] = [await world.host(), await known()]
    names({ target, bastion })
    const error = await refusal('target', { proxyJump: 'bastion' })
    expect(error.message).toContain(`host key unknown for [127.0.0.1]:${target.port}`)
    expect(target.attempts).toEqual([])
  })

  test('never shows a password to a bastion; the key of the inventory serves where the config has none', async () => {
    const secret = new Secret('login', 'for the target')
    const [target, bastion] = [
      await known({ authorizedKeys: [], password: 'for the target' }),
      await known({ authorizedKeys: [keyOf('other').parsed], password: 'for the target' }),
    ]
    const error = await refusal('127.0.0.1', {
      port: target.port,
      user: 'root',
      password: secret,
      identityFile: world.userKey.file,
      proxyJump: `root@127.0.0.1:${bastion.port}`,
    })
    expect(error).toMatchObject({ code: 'E_AUTH' })
    expect(bastion.attempts).toEqual(['publickey asked'])
  })

  test('tells when the bastion is down, does not pass on, or cannot reach the target', async () => {
    const [target, closed, open, gone] = [
      await known(),
      await known({ refuseTunnels: true }),
      await known(),
      await known(),
    ]
    names({ target, closed, open, gone })
    expect((await refusal('target', { proxyJump: 'closed' })).message).toContain('127.0.0.1 does not pass us on to')
    await target.stop()
    await gone.stop()
    expect(await refusal('target', { proxyJump: 'gone' })).toMatchObject({ code: 'E_CONNECT' })
    expect(await refusal('target', { proxyJump: 'open' })).toMatchObject({ code: 'E_CONNECT' })
  })

  test('that goes in a circle is a usage error', async () => {
    const one = await known()
    names({ one, two: one }, { one: 'ProxyJump two', two: 'ProxyJump one' })
    expect(await refusal('one')).toMatchObject({ code: 'E_USAGE' })
  })

  test('shares one bastion connection among eight sessions, a second one for the ninth', async () => {
    const [target, bastion] = [await known(), await known()]
    names({ target, bastion }, { target: 'ProxyJump bastion' })
    const sessions = await Promise.all(
      Array.from({ length: 9 }, () => world.connect({ name: 'sv1', address: 'target' })),
    )
    expect([bastion.accepted, target.accepted]).toEqual([2, 9])
    const answers = await Promise.all(sessions.map((session, index) => session.run(sh`echo ${index}`)))
    expect(answers.map(({ stdout }) => stdout)).toEqual(sessions.map((_, index) => `${index}\n`))
    await Promise.all(sessions.slice(0, 8).map((session) => session.close()))
    await expect.poll(() => bastion.connections.size).toBe(1)
    expect(await sessions[8]?.run(sh`echo still`)).toMatchObject({ stdout: 'still\n' })
    await sessions[8]?.close()
    await expect.poll(() => bastion.connections.size).toBe(0)
  })

  test('makes at most eight handshakes at a time through a bastion', async () => {
    const [target, bastion] = [await known(), await known()]
    names({ target, bastion })
    let most = 0
    target.onConnection = () => {
      most = Math.max(most, target.connections.size - target.loggedIn)
    }
    const connection = { name: 'sv1', address: 'target', proxyJump: 'bastion' }
    await Promise.all(Array.from({ length: 20 }, () => world.connect(connection)))
    expect(target.loggedIn).toBe(20)
    expect(most).toBeGreaterThan(1)
    expect(most).toBeLessThanOrEqual(8)
  })

  test('loses all sessions with the bastion, each with an error of its own', async () => {
    const [target, bastion] = [await known(), await known()]
    names({ target, bastion }, { target: 'ProxyJump bastion' })
    const sessions = await Promise.all([1, 2, 3].map((n) => world.connect({ name: `sv${n}`, address: 'target' })))
    const started = sessions.map((session) => {
      const { promise, resolve } = Promise.withResolvers<string>()
      const outcome = session
        .run(sh`echo begun; sleep 600`, { onLine: resolve })
        .catch((error: OrchestrateError) => error)
      return { promise, outcome }
    })
    await Promise.all(started.map(({ promise }) => promise))
    bastion.drop()
    const errors = await Promise.all(started.map(({ outcome }) => outcome))
    expect(errors.map((error) => 'host' in error && [error.host, error.code])).toEqual([
      ['sv1', 'E_LOST'],
      ['sv2', 'E_LOST'],
      ['sv3', 'E_LOST'],
    ])
  })
})

describe('ProxyCommand', () => {
  /** A netcat of our own: node is surely there. */
  const netcat = `${process.execPath} -e 'const s = require("net").connect(%p, "%h"); process.stdin.pipe(s).pipe(process.stdout)'`

  test('carries the connection and ends with it', async () => {
    const host = await known()
    const session = await world.connect(world.connection(host.port, { proxyCommand: netcat }))
    expect(await session.run(sh`echo there`)).toMatchObject({ stdout: 'there\n' })
    await session.close()
    await expect.poll(() => host.connections.size).toBe(0)
    const gone = await world
      .connect(
        world.connection(host.port, {
          proxyCommand: `sh -c "echo \\$\\$ > ${world.folder}/pid; exec sleep 600"`,
          connectTimeout: 1,
        }),
      )
      .catch((error) => error)
    expect(gone).toMatchObject({ code: 'E_CONNECT' })
    const pid = Number(readFileSync(`${world.folder}/pid`, 'utf8'))
    await expect.poll(() => alive(pid)).toBe(false)
  })

  test('that fails tells its last words', async () => {
    const host = await known()
    const error = await refusal('127.0.0.1', {
      ...world.connection(host.port),
      proxyCommand: 'echo no way to %h >&2; exit 1',
    })
    expect(error).toMatchObject({ code: 'E_CONNECT' })
    expect(error.message).toContain('no way to 127.0.0.1')
    const missing = await refusal('127.0.0.1', { ...world.connection(host.port), proxyCommand: '/nowhere/nc %h %p' })
    expect(missing.message).toContain('/nowhere/nc')
  })

  test('gets no weaker host key check', async () => {
    const host = await world.host()
    const error = await refusal('127.0.0.1', { ...world.connection(host.port), proxyCommand: netcat })
    expect(error).toMatchObject({ code: 'E_HOST_KEY' })
  })
})

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
