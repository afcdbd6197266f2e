import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { elevationCommand, startMarks } from '../../src/adapters/ssh/remote-loop.ts'
import { OrchestrateError } from '../../src/kernel/errors.ts'
import { Secret } from '../../src/kernel/secret.ts'
import { sh } from '../../src/kernel/sh.ts'
import type { Session } from '../../src/model/session.ts'
import type { HostOptions, TestHost } from './server.ts'
import { type SudoPolicy, sudoLog, sudoPrograms } from './sudo.ts'
import { shells, World } from './world.ts'

let world: World
beforeEach(() => {
  world = new World()
})
afterEach(() => world.end())

const right = new Secret('sudo', 'let me')
const wrong = new Secret('sudo', 'let me in')

async function hostWith(policy: SudoPolicy, options: Partial<HostOptions> = {}): Promise<TestHost> {
  const host = await world.host({ user: 'alma', programs: sudoPrograms(policy), ...options })
  world.know([host.port])
  return host
}

function enter(host: TestHost, sudoPassword?: Secret, options = {}): Promise<Session> {
  return world.connect(world.connection(host.port, { user: 'alma', sudoPassword }), options)
}

/** The error of connecting or of the first command, wherever it shows. */
async function refusal(host: TestHost, sudoPassword?: Secret, options = {}): Promise<OrchestrateError> {
  const outcome = await enter(host, sudoPassword, options)
    .then((session) => session.run(sh`echo ran`))
    .catch((thrown: unknown) => thrown)
  if (!OrchestrateError.is(outcome)) throw new Error('was not refused', { cause: outcome })
  expect(outcome).toMatchObject({ host: 'sv1' })
  expect(`${outcome.message}${outcome.hint}`).not.toContain('let me')
  return outcome
}

test('the command line is one line that any login shell reads alike, and holds no secret', () => {
  for (const mode of ['never-ask', 'may-ask'] as const) {
    const command = elevationCommand(mode, startMarks('abc'), '/var/lib/orchestrate/blobs')
    const [outside, ...inside] = [
      command.split("'").filter((_, index) => index % 2 === 0),
      ...command.split("'").filter((_, index) => index % 2),
    ]
    expect(outside).toEqual(['exec sh -c ', ' orchestrate ', ' abc /var/lib/orchestrate/blobs'])
    for (const program of inside) expect(program).not.toMatch(/[\n!]|\\(?!n)/)
  }
})

describe.each(shells)('with %s as login shell and sh', (shell) => {
  test('root needs no sudo', async () => {
    const host = await world.host({ shell, programs: { sudo: 'exit 9' } })
    world.know([host.port])
    expect(await (await world.connect(world.connection(host.port))).run(sh`echo root`)).toMatchObject({
      stdout: 'root\n',
    })
  })

  test('sudo -n is enough where it asks for nothing', async () => {
    const host = await hostWith('free', { shell })
    expect(await (await enter(host)).run(sh`id -u`)).toEqual({ code: 0, stdout: '0\n', stderr: '' })
    expect(sudoLog(host.folder)).toEqual(['mode -n'])
  })

  test('a configured password is written once, when sudo prompts with our nonce', async () => {
    const host = await hostWith('password', { shell, rc: 'echo "password: "; echo "[sudo] password for alma: " >&2' })
    const session = await enter(host, right)
    expect(await session.run(sh`id -u; cat`)).toEqual({ code: 0, stdout: '0\n', stderr: '' })
    expect(sudoLog(host.folder)).toEqual(['mode -S', 'password let me'])
    expect(host.commands.join()).not.toContain('let me')
  })

  test('a configured password is not sent where sudo does not ask', async () => {
    const host = await hostWith('free', { shell })
    expect(await (await enter(host, right)).run(sh`cat; id -u`)).toMatchObject({ stdout: '0\n' })
    expect(sudoLog(host.folder)).toEqual(['mode -S'])
  })

  test('a wrong password is tried once', async () => {
    const host = await hostWith('password', { shell })
    const error = await refusal(host, wrong)
    expect(error).toMatchObject({ code: 'E_SUDO', exit: 'failed' })
    expect(error.message).toContain('refused the password; it was tried once')
    await expect.poll(() => sudoLog(host.folder)).toEqual(['mode -S', 'password let me in', 'no more'])
  })
})

test('without a password, sudo that asks is E_SUDO with advice, and nothing ran', async () => {
  const host = await hostWith('password')
  const error = await refusal(host)
  expect(error).toMatchObject({ code: 'E_SUDO', exit: 'failed' })
  expect(error.message).toBe(`sv1: sudo refused on alma@127.0.0.1:${host.port}: sudo: a password is required`)
  expect(error.hint).toBe(
    `Set ssh.sudoPassword for this host, or check by hand: ssh -t -p ${host.port} alma@127.0.0.1 sudo -v`,
  )
})

test('a person is asked when sudo wants a password after all, and the first command then runs once', async () => {
  const host = await hostWith('password')
  const asked: string[] = []
  const ask = (prompt: string) => {
    asked.push(prompt)
    return Promise.resolve(right)
  }
  const session = await enter(host, undefined, { ask })
  expect(asked).toEqual([])
  expect(await session.run(sh`echo once`)).toEqual({ code: 0, stdout: 'once\n', stderr: '' })
  expect(await session.run(sh`echo twice`)).toMatchObject({ stdout: 'twice\n' })
  expect(asked).toEqual([`sudo password for alma@127.0.0.1:${host.port}: `])
  expect((await refusal(await hostWith('password'), undefined, { ask: () => Promise.resolve(wrong) })).code).toBe(
    'E_SUDO',
  )
  expect((await refusal(await hostWith('password'), undefined, { ask: () => Promise.resolve(undefined) })).code).toBe(
    'E_SUDO',
  )
})

test.each([
  ['denied', 'not in the sudoers file'],
  ['no-tty', 'you must have a tty'],
] as const)('sudo that is %s tells so, with and without a password', async (policy, words) => {
  for (const password of [undefined, right]) {
    const error = await refusal(await hostWith(policy), password)
    expect(error.code).toBe('E_SUDO')
    expect(error.message).toContain(words)
    expect(error.hint).toContain('sudo -l')
  }
})

test('a host without sudo, and an account without shell', async () => {
  const bare = await hostWith('free', { programs: { id: 'echo 1000' } })
  expect(await refusal(bare)).toMatchObject({ code: 'E_SUDO' })
  const closed = await hostWith('free', { rc: 'echo This account is currently not available. >&2; exit 1' })
  const error = await refusal(closed)
  expect(error).toMatchObject({ code: 'E_CONNECT', exit: 'unreachable' })
  expect(error.message).toContain('This account is currently not available.')
})

test('a host that runs no commands at all', async () => {
  const host = await hostWith('free', { refuseExec: true })
  const error = await refusal(host)
  expect(error).toMatchObject({ code: 'E_CONNECT' })
  expect(error.message).toContain('opens no shell')
})

test('a login shell that never comes to the point is given up', async () => {
  const host = await hostWith('free', { rc: 'exec sleep 600' })
  const session = await world.connect(world.connection(host.port, { user: 'alma', connectTimeout: 1 }))
  await expect(session.run(sh`:`)).rejects.toMatchObject({ code: 'E_CONNECT' })
  await expect(session.run(sh`:`)).rejects.toMatchObject({ code: 'E_LOST' })
})

test('sudo speaks English on a host of another language, so that its wish for a password is recognised', async () => {
  const host = await hostWith('password', { environment: { LANG: 'ja_JP.UTF-8', LC_ALL: 'ja_JP.UTF-8' } })
  const error = await refusal(host)
  expect(error.message).toContain('sudo: a password is required')
  const ask = () => Promise.resolve(right)
  expect(await (await enter(host, undefined, { ask })).run(sh`id -u`)).toMatchObject({ stdout: '0\n' })
})

test('escape sequences of a host are shown escaped in errors', async () => {
  const attack = 'printf "\\033]0;owned\\007\\033[2J\\302\\233H" >&2'
  const login = await refusal(await hostWith('free', { rc: `${attack}; exit 1` }))
  expect(login.message).toContain('ended at once: \\x1b]0;owned\\x07\\x1b[2J\\x9bH')
  const sudo = await refusal(await hostWith('free', { programs: { id: 'echo 1000', sudo: `${attack}; exit 1` } }))
  expect(sudo.message).toContain('sudo refused on')
  expect(sudo.message).toContain('\\x1b]0;owned\\x07')
  for (const { message } of [login, sudo]) expect(message).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/)
})
