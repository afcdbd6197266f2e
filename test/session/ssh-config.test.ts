import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { NamedConnection } from '../../src/adapters/ssh/index.ts'
import { parseHop, resolveTarget } from '../../src/adapters/ssh/resolve.ts'
import type { SshTarget } from '../../src/adapters/ssh/target.ts'
import { World } from './world.ts'

let world: World
beforeEach(() => {
  world = new World()
})
afterEach(() => world.end())

/** ssh(1) finds the home directory in the passwd file, so both are asked with the real one. */
const localUser = { name: userInfo().username, home: homedir(), environment: process.env }

function resolve(address: string, text: string, more: Partial<NamedConnection> = {}): Promise<SshTarget> {
  const file = join(world.folder, 'config')
  writeFileSync(file, text)
  return resolveTarget({ name: 'sv1', address, configFile: file, ...more }, localUser)
}

/** What `ssh -G` makes of the same file. */
function oracle(address: string): Map<string, string[]> {
  const output = execFileSync('ssh', ['-G', '-F', join(world.folder, 'config'), address], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const values = new Map<string, string[]>()
  for (const line of output.trim().split('\n')) {
    const [keyword = '', ...rest] = line.split(' ')
    values.set(keyword, [...(values.get(keyword) ?? []), rest.join(' ')])
  }
  return values
}

const config = `
# comment
Host alpha
  HostName alpha.internal   # trailing comment
  Port 2201
  User=carol
  IdentityFile ~/.ssh/alpha
  IdentityFile "~/.ssh/second key"

Host b* !bad
\tHostName %h.b.example
\tUser dave
\tProxyJump jump1,me@jump2:2222

Host bad
  ProxyCommand nc -X 5 -x "proxy %n" %h %p # not a comment for us to cut
  HostKeyAlias the-bad
  ConnectTimeout 7

Host multi other,comma gamma
  IdentitiesOnly yes
  UserKnownHostsFile ~/.ssh/a /tmp/b

Match host alpha.internal user carol
  IdentityAgent ~/agent.sock
Match originalhost delta exec "test %h = delta.example"
  User exec-was-here
Host delta
  HostName delta.example
Match originalhost delta exec "test %h = delta.example && test %n = delta"
  Port 2299
Match !originalhost alpha,multi localuser nobody
  User never
Match final host delta.example
  IdentityFile ~/.ssh/final
Host *
  User fallback
  ProxyJump none
  Port 22
`

describe.each(['alpha', 'beta', 'bad', 'multi', 'gamma', 'delta', 'comma', 'unheard.example', '10.0.0.1'])(
  'for %s ssh -G agrees on',
  (address) => {
    test('host, port, user, keys, proxy', async () => {
      const target = await resolve(address, config)
      const said = oracle(address)
      const one = (keyword: string) => said.get(keyword)?.[0]
      expect({ host: target.host, port: String(target.port), user: target.user }).toEqual({
        host: one('hostname'),
        port: one('port'),
        user: one('user'),
      })
      const expand = (path: string) => path.replace(/^~/, homedir())
      if (target.keys.named) expect(target.keys.files).toEqual(said.get('identityfile')?.map(expand))
      expect(target.keys.only).toBe(one('identitiesonly') === 'yes')
      expect(target.route.by === 'jump' ? target.route.hops.join(',') : undefined).toBe(one('proxyjump'))
      if (address === 'multi')
        expect(target.knownHosts.slice(0, 2)).toEqual(one('userknownhostsfile')?.split(' ').map(expand))
    })
  },
)

test('the rest is as the manual says', async () => {
  expect(await resolve('alpha', config)).toMatchObject({
    keys: { agent: join(homedir(), 'agent.sock'), named: true },
    knownName: '[alpha.internal]:2201',
    timeoutMs: 20_000,
  })
  expect(await resolve('bad', config)).toMatchObject({
    knownName: 'the-bad',
    timeoutMs: 7_000,
    route: { by: 'command', command: 'nc -X 5 -x "proxy bad" bad 22' },
  })
})

test('the inventory wins over the config', async () => {
  const more = { port: 9, user: 'root', identityFile: '~/k', proxyJump: 'x', connectTimeout: 3, knownHosts: '~/f' }
  expect(await resolve('alpha', config, more)).toMatchObject({
    host: 'alpha.internal',
    port: 9,
    user: 'root',
    keys: { files: [join(homedir(), 'k')] },
    route: { by: 'jump', hops: ['x'] },
    timeoutMs: 3_000,
    knownHosts: [join(homedir(), 'f')],
  })
  expect(await resolve('beta', config, { proxyCommand: 'nc %h %p' })).toMatchObject({
    route: { command: 'nc beta.b.example 22' },
  })
  expect(await resolve('beta', config, { proxyJump: 'none' })).toMatchObject({ route: { by: 'tcp' } })
})

test('whichever of ProxyJump and ProxyCommand comes first counts', async () => {
  expect(await resolve('a', 'ProxyCommand nc %h %p\nProxyJump b\n')).toMatchObject({ route: { by: 'command' } })
  expect(await resolve('a', 'ProxyJump b\nProxyCommand nc %h %p\n')).toMatchObject({ route: { by: 'jump' } })
  expect(await resolve('a', 'ProxyCommand none\nProxyJump b\n')).toMatchObject({ route: { by: 'tcp' } })
})

test('Include is read in place, with patterns, nested, relative, and inside a Host', async () => {
  mkdirSync(join(world.folder, 'conf.d'))
  writeFileSync(join(world.folder, 'conf.d/10.conf'), 'Host a\n  Port 10\n')
  writeFileSync(join(world.folder, 'conf.d/20.conf'), `Port 20\nInclude ${world.folder}/deep\n`)
  writeFileSync(join(world.folder, 'deep'), 'User deep\n')
  writeFileSync(join(world.folder, 'inside'), 'HostName inside.example\n')
  const text = `Include ${world.folder}/missing ${world.folder}/conf.d/*.conf\nHost a\n  Include ${world.folder}/inside\nHost *\n  User late\n`
  const target = await resolve('a', text)
  expect(target).toMatchObject({ host: 'inside.example', port: 10, user: 'deep' })
  expect(oracle('a').get('hostname')).toEqual(['inside.example'])
  expect(await resolve('b', text)).toMatchObject({ host: 'b', port: 20 })
  expect(await resolve('b', 'Include conf.d/20.conf\n')).toMatchObject({ port: 20 })
  await expect(resolve('a', `Include ${world.folder}/config\n`)).rejects.toMatchObject({
    code: 'E_USAGE',
    exit: 'usage',
  })
})

test('`none` reads no config, a missing one is empty, a broken one is a usage error', async () => {
  expect(await resolve('alpha', config, { configFile: 'none' })).toMatchObject({
    host: 'alpha',
    port: 22,
    user: localUser.name,
  })
  expect(await resolve('alpha', config, { configFile: '/nowhere/config' })).toMatchObject({ host: 'alpha' })
  expect(await resolve('alpha', '')).toMatchObject({ host: 'alpha' })
  await expect(resolve('alpha', 'Host "alpha\n  Port 1\n')).rejects.toMatchObject({ code: 'E_USAGE', host: 'sv1' })
  await expect(resolve('alpha', config, { configFile: world.folder })).rejects.toMatchObject({ code: 'E_USAGE' })
})

test.each([
  ['jump', { address: 'jump' }],
  ['me@jump:2222', { address: 'jump', user: 'me', port: 2222 }],
  ['me@corp@jump', { address: 'jump', user: 'me@corp' }],
  ['ssh://me@jump:22/', { address: 'jump', user: 'me', port: 22 }],
  ['[2001:db8::1]:2222', { address: '2001:db8::1', port: 2222 }],
  ['me@[::1]', { address: '::1', user: 'me' }],
  ['', undefined],
  ['a b:c', undefined],
])('the hop %j', (text, hop) => {
  if (hop) expect(parseHop(text, 'sv1')).toMatchObject(hop)
  else expect(() => parseHop(text, 'sv1')).toThrow('cannot read ProxyJump')
})
