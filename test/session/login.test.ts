import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { NamedConnection } from '../../src/adapters/ssh/index.ts'
import { OrchestrateError } from '../../src/kernel/errors.ts'
import { Secret } from '../../src/kernel/secret.ts'
import { sh } from '../../src/kernel/sh.ts'
import { startAgent } from './agent.ts'
import type { LoginPolicy } from './login.ts'
import type { TestHost } from './server.ts'
import { keyOf, World } from './world.ts'

let world: World
beforeEach(() => {
  world = new World()
})
afterEach(() => world.end())

const password = new Secret('login', 'correct horse')
const wrong = new Secret('login', 'wrong horse')

async function hostFor(policy: LoginPolicy): Promise<TestHost> {
  const host = await world.host({ authorizedKeys: [], ...policy })
  world.know([host.port])
  return host
}

/** Logs in and gives the attempts that the host saw. */
async function login(host: TestHost, more: Partial<NamedConnection>, options = {}): Promise<readonly string[]> {
  const session = await world.connect(world.connection(host.port, more), options)
  expect(await session.run(sh`echo in`)).toMatchObject({ stdout: 'in\n' })
  return host.attempts
}

async function refusal(host: TestHost, more: Partial<NamedConnection>, options = {}): Promise<OrchestrateError> {
  const error = await world.connect(world.connection(host.port, more), options).catch((thrown: unknown) => thrown)
  if (!OrchestrateError.is(error)) throw error
  expect(error).toMatchObject({ code: 'E_AUTH', exit: 'unreachable', host: 'sv1' })
  expect(error.message).not.toContain('horse')
  return error
}

test.each(['ed25519', 'ecdsa', 'rsa'] as const)(
  'a key of type %s is offered at once, without asking what is allowed',
  async (type) => {
    const key = keyOf(`user-${type}`, type)
    const host = await hostFor({ authorizedKeys: [key.parsed] })
    expect(await login(host, { identityFile: key.file })).toEqual(['publickey asked', 'publickey signed'])
  },
)

test('a wrong key is tried once, and the error names user, host and what was tried', async () => {
  const host = await hostFor({ authorizedKeys: [keyOf('other').parsed] })
  const error = await refusal(host, {})
  expect(error.message).toBe(`sv1: login refused for root@127.0.0.1:${host.port}; tried key ${world.userKey.file}`)
  expect(error.hint).toBe(`See what the host accepts: ssh -v -p ${host.port} root@127.0.0.1`)
  expect(host.attempts).toEqual(['publickey asked'])
  expect(host.accepted).toBe(1)
})

test('a wrong password is tried once, also where keyboard-interactive would take it too', async () => {
  const keyboard = [{ prompt: 'Password: ', echo: false, answer: 'correct horse' }]
  const host = await hostFor({ password: 'correct horse', keyboard })
  const error = await refusal(host, { identityFile: 'none', password: wrong })
  expect(error.message).toBe(`sv1: login refused for root@127.0.0.1:${host.port}; tried password`)
  expect(host.attempts).toEqual(['password'])
})

test('the password comes after the keys', async () => {
  const host = await hostFor({ password: 'correct horse', authorizedKeys: [keyOf('other').parsed] })
  expect(await login(host, { password })).toEqual(['publickey asked', 'password'])
})

test('keyboard-interactive is answered with the password where only that is offered', async () => {
  const host = await hostFor({ keyboard: [{ prompt: 'Password: ', echo: false, answer: 'correct horse' }] })
  expect(await login(host, { identityFile: 'none', password })).toEqual(['password', 'keyboard-interactive'])
})

test('a wrong keyboard-interactive answer is not repeated', async () => {
  const host = await hostFor({ keyboard: [{ prompt: 'Password: ', echo: false, answer: 'correct horse' }] })
  const error = await refusal(host, { identityFile: 'none', password: wrong })
  expect(error.message).toContain('tried keyboard-interactive')
  expect(host.attempts.filter((attempt) => attempt === 'keyboard-interactive')).toHaveLength(1)
})

test('a one-time code is asked of a person; without one the host refuses instead of waiting', async () => {
  const keyboard = [
    { prompt: 'Password: ', echo: false, answer: 'correct horse' },
    { prompt: 'Code: ', echo: true, answer: '123456' },
  ]
  const host = await hostFor({ keyboard })
  const asked: string[] = []
  const ask = (prompt: string) => {
    asked.push(prompt)
    return Promise.resolve(new Secret('code', '123456'))
  }
  await login(host, { identityFile: 'none', password }, { ask })
  expect(asked).toEqual(['Code: '])
  await refusal(host, { identityFile: 'none', password })
})

test('escape sequences in a prompt of the host are shown escaped to the operator', async () => {
  const keyboard = [{ prompt: '\x1b[2JCode\x07: ', echo: true, answer: '123456' }]
  const asked: string[] = []
  const ask = (prompt: string) => {
    asked.push(prompt)
    return Promise.resolve(new Secret('code', '123456'))
  }
  await login(await hostFor({ keyboard }), { identityFile: 'none', password }, { ask })
  expect(asked).toEqual(['\\x1b[2JCode\\x07: '])
})

test('two factors: a key, then the password', async () => {
  const host = await hostFor({
    authorizedKeys: [world.userKey.parsed],
    password: 'correct horse',
    needs: ['publickey', 'password'],
  })
  expect(await login(host, { password })).toEqual(['publickey asked', 'publickey signed', 'password'])
})

test('an encrypted key opens with the configured passphrase, or with the one a person gives', async () => {
  const key = keyOf('locked', 'ed25519', 'open sesame')
  const host = await hostFor({ authorizedKeys: [key.parsed] })
  const passphrase = new Secret('passphrase', 'open sesame')
  await login(host, { identityFile: key.file, passphrase })
  const asked: string[] = []
  const ask = (prompt: string) => {
    asked.push(prompt)
    return Promise.resolve(passphrase)
  }
  await login(host, { identityFile: key.file }, { ask })
  expect(asked).toEqual([`Passphrase for ${key.file}: `])
})

test('an encrypted key without passphrase says how to load it; a wrong passphrase is told', async () => {
  const key = keyOf('locked', 'ed25519', 'open sesame')
  const host = await hostFor({ authorizedKeys: [key.parsed] })
  const silent = await refusal(host, { identityFile: key.file })
  expect(silent.message).toContain(`tried key ${key.file} (encrypted, and its passphrase was not given)`)
  expect(silent.hint).toBe(`Load the key into an agent: ssh-add ${key.file}`)
  const mistaken = await refusal(host, { identityFile: key.file, passphrase: new Secret('p', 'close sesame') })
  expect(mistaken.message).toContain('(does not open with this passphrase)')
  const asked = await refusal(host, { identityFile: key.file }, { ask: () => Promise.resolve(new Secret('p', 'nope')) })
  expect(asked.message).toContain('(does not open with this passphrase)')
})

test('a named key file that is missing, unreadable or no key is told', async () => {
  const host = await hostFor({ authorizedKeys: [world.userKey.parsed] })
  expect((await refusal(host, { identityFile: '/nowhere/key' })).message).toContain('key /nowhere/key (does not exist)')
  expect((await refusal(host, { identityFile: `${world.userKey.file}.pub` })).message).toContain(
    '(is not a private key)',
  )
  expect((await refusal(host, { identityFile: '/etc/hostname' })).message).toContain('(cannot be used: ')
})

test('nothing to try is an error with advice', async () => {
  const host = await hostFor({ authorizedKeys: [world.userKey.parsed] })
  const error = await refusal(host, { identityFile: undefined })
  expect(error.message).toContain('there was no key, agent or password to try')
  expect(error.hint).toContain('ssh-add')
})

test('an unknown user and an expired password are refusals', async () => {
  const host = await hostFor({ authorizedKeys: [world.userKey.parsed] })
  expect((await refusal(host, { user: 'nobody' })).message).toContain('login refused for nobody@127.0.0.1')
  const expired = await hostFor({ password: 'correct horse', expired: true })
  expect((await refusal(expired, { identityFile: 'none', password })).message).toContain('has expired')
})

test('a person who is asked for the password has all the time in the world', async () => {
  const host = await hostFor({ password: 'correct horse' })
  const ask = async () => {
    await setTimeout(1_200)
    return password
  }
  await login(host, { identityFile: 'none', connectTimeout: 1 }, { ask })
})

test('keys of the agent are offered, with IdentitiesOnly just the named ones; a dead agent is none', async () => {
  const [one, two] = [keyOf('agent-one'), keyOf('agent-two')]
  const agent = world.keep(await startAgent([one, two]))
  const host = await hostFor({ authorizedKeys: [two.parsed] })
  const options = world.options({ SSH_AUTH_SOCK: agent.socket })
  expect(await login(host, { identityFile: undefined }, options)).toEqual([
    'publickey asked',
    'publickey asked',
    'publickey signed',
  ])
  host.attempts.length = 0
  world.config(`IdentitiesOnly yes\nIdentityFile ${two.file}.moved\n`)
  world.copy(`${two.file}.pub`, `${two.file}.moved.pub`)
  expect(await login(host, { identityFile: undefined }, options)).toEqual(['publickey asked', 'publickey signed'])
  world.config('IdentityAgent none\n')
  expect((await refusal(host, { identityFile: undefined }, options)).message).toContain('there was no key')
  world.config('')
  const dead = world.options({ SSH_AUTH_SOCK: '/nowhere/agent' })
  expect((await refusal(host, {}, dead)).message).toContain(`tried key ${world.userKey.file}, agent (0 keys)`)
})

test('default key files are used when none is named', async () => {
  const host = await hostFor({ authorizedKeys: [world.userKey.parsed] })
  world.copy(world.userKey.file, join(world.home, '.ssh/id_ed25519'))
  expect(await login(host, { identityFile: undefined })).toEqual(['publickey asked', 'publickey signed'])
})
