import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { NamedConnection } from '../../src/adapters/ssh/index.ts'
import { OrchestrateError } from '../../src/kernel/errors.ts'
import { sh } from '../../src/kernel/sh.ts'
import type { TestHost } from './server.ts'
import { keyOf, World } from './world.ts'

let world: World
beforeEach(() => {
  world = new World()
})
afterEach(() => world.end())

async function enters(host: TestHost, more: Partial<NamedConnection> = {}): Promise<void> {
  const session = await world.connect(world.connection(host.port, more))
  expect(await session.run(sh`echo in`)).toMatchObject({ stdout: 'in\n' })
}

async function refusal(host: TestHost, more: Partial<NamedConnection> = {}): Promise<OrchestrateError> {
  const error = await world.connect(world.connection(host.port, more)).catch((thrown: unknown) => thrown)
  if (!OrchestrateError.is(error)) throw new Error('was let in', { cause: error })
  expect(error).toMatchObject({ code: 'E_HOST_KEY', exit: 'unreachable', host: 'sv1' })
  expect(host.attempts).toEqual([])
  return error
}

/** Does what the hint says, as a person would. */
function obey(error: OrchestrateError): void {
  execFileSync('/bin/sh', ['-c', error.hint?.split('\n')[1] ?? 'false'])
}

test('an unknown key is refused with its fingerprint; the command of the hint accepts exactly this key', async () => {
  const host = await world.host()
  const error = await refusal(host)
  expect(error.message).toBe(
    `sv1: host key unknown for [127.0.0.1]:${host.port}: ssh-ed25519 ${world.hostKey.fingerprint}`,
  )
  expect(error.hint).toContain('ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub')
  expect(existsSync(world.knownHosts)).toBe(false)
  obey(error)
  expect(readFileSync(world.knownHosts, 'utf8')).toBe(`[127.0.0.1]:${host.port} ${world.hostKey.line}\n`)
  await enters(host)
})

test('the hint honours HostKeyAlias and UserKnownHostsFile', async () => {
  const host = await world.host()
  const file = `${world.folder}/my hosts`
  world.config(`HostKeyAlias mail-alias\nUserKnownHostsFile "${file}" ${world.folder}/second\n`)
  const error = await refusal(host)
  expect(error.message).toContain('host key unknown for mail-alias:')
  obey(error)
  expect(readFileSync(file, 'utf8')).toBe(`mail-alias ${world.hostKey.line}\n`)
  await enters(host)
})

test('hashed names are found', async () => {
  const host = await world.host()
  world.know([host.port])
  execFileSync('ssh-keygen', ['-q', '-H', '-f', world.knownHosts], { stdio: 'ignore' })
  expect(readFileSync(world.knownHosts, 'utf8')).toMatch(/^\|1\|/)
  await enters(host)
})

test('a changed key is refused loudly with both fingerprints and the line that knows the other', async () => {
  const host = await world.host()
  const old = keyOf('old-host')
  writeFileSync(world.knownHosts, `# first line\n[127.0.0.1]:${host.port} ${old.line}\n`)
  const error = await refusal(host)
  expect(error.message.split('\n')).toEqual([
    `sv1: HOST KEY CHANGED for [127.0.0.1]:${host.port}. Somebody may be listening in, or the host was installed anew`,
    `  known   ssh-ed25519 ${old.fingerprint} (${world.knownHosts}:2)`,
    `  offered ssh-ed25519 ${world.hostKey.fingerprint}`,
  ])
  execFileSync('/bin/sh', ['-c', error.hint?.split('\n')[1] ?? 'false'], { stdio: 'ignore' })
  expect(readFileSync(world.knownHosts, 'utf8')).toBe('# first line\n')
  const { message } = await refusal(host)
  expect(message).toContain('host key unknown')
})

test('StrictHostKeyChecking cannot weaken that', async () => {
  const host = await world.host()
  world.config('StrictHostKeyChecking no\nHost *\n StrictHostKeyChecking accept-new\n')
  await refusal(host)
  world.know([host.port], keyOf('old-host'))
  await refusal(host)
})

test('only types known for the host are negotiated: it cannot hide behind another type', async () => {
  const [rsa, ecdsa] = [keyOf('host-rsa', 'rsa'), keyOf('host-ecdsa', 'ecdsa')]
  const host = await world.host({ hostKeys: [world.hostKey.text, ecdsa.text, rsa.text] })
  world.know([host.port], rsa)
  await enters(host)
  const other = await world.host({ hostKeys: [world.hostKey.text] })
  world.know([other.port], rsa)
  const error = await refusal(other)
  expect(error.message).toContain(`known for [127.0.0.1]:${other.port}: ssh-rsa (${world.knownHosts}:2)`)
})

test('a revoked key is refused though it is known as well', async () => {
  const host = await world.host()
  world.know([host.port])
  writeFileSync(world.knownHosts, `@revoked * ${world.hostKey.line}\n`, { flag: 'a' })
  const error = await refusal(host)
  expect(error.message).toContain(`is REVOKED: ssh-ed25519 ${world.hostKey.fingerprint} (${world.knownHosts}:2)`)
})

test('a known_hosts that cannot be read lets nobody in', async () => {
  const host = await world.host()
  mkdirSync(world.knownHosts)
  const error = await refusal(host)
  expect(error.message).toContain(`cannot read the known host keys in ${world.knownHosts}`)
  expect(host.accepted).toBe(0)
})

test('the inventory may name its own files', async () => {
  const host = await world.host()
  const file = `${world.folder}/fleet`
  writeFileSync(file, `[127.0.0.1]:${host.port} ${world.hostKey.line}\n`)
  await enters(host, { knownHosts: `~/none ${file}` })
  const error = await refusal(await world.host(), { knownHosts: file })
  expect(error.hint).toContain(`>> ${file}`)
})

test('a key filed for the plain name does not count for another port; the error names its line', async () => {
  const host = await world.host()
  writeFileSync(world.knownHosts, `127.0.0.1 ${world.hostKey.line}\n`)
  const error = await refusal(host)
  expect(error.message).toBe(
    `sv1: host key unknown for [127.0.0.1]:${host.port}: ssh-ed25519 ${world.hostKey.fingerprint}; the same key is known for the host without port (${world.knownHosts}:1)`,
  )
  obey(error)
  await enters(host)
})

test('HostKeyAlias is looked up without port', async () => {
  const host = await world.host()
  world.config('HostKeyAlias 127.0.0.1\n')
  writeFileSync(world.knownHosts, `127.0.0.1 ${world.hostKey.line}\n`)
  await enters(host)
})
