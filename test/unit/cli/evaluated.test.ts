import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { main } from '../../../src/cli/main.ts'
import { fakeIo } from './fake-io.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'evaluated-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

/** An inventory of one host whose role needs two secrets; `ssh` stands in it as source text. */
function write(ssh: string, name = 'prod'): void {
  writeFileSync(
    join(dir, `${name}.ts`),
    `import { defineInventory, definePlaybook, defineRole, secret } from '${resolve('src/index.ts')}'
const secrets = () => ['db/mail', 'db/web'].map((name) => ({ name, description: '' }))
const database = defineRole({ name: 'database', description: 'x', vars: {}, secrets, resources: () => [] })
export default defineInventory({
  playbook: definePlaybook({ name: 'p', plays: [{ on: 'all', roles: [database] }] }),
  ssh: ${ssh},
  hosts: { a: { address: '192.0.2.1' } },
})`,
  )
}

async function typed(...args: readonly string[]): Promise<string> {
  const io = { ...fakeIo(), cwd: dir, env: { ORCHESTRATE_IDENTITY: join(dir, 'identity') } }
  const code = await main(args, io)
  return `${io.out()}${io.err()}exit ${code}`.replaceAll(dir, 'DIR')
}

test('all secrets that are missing are one line, with the command as it is typed', async () => {
  write("{ sudoPassword: secret('sudo') }")
  expect(await typed('drift', 'prod.ts')).toMatchInlineSnapshot(`
    "orchestrate: 1 mistake in the declaration; no host was contacted
      secrets
        3 secrets missing: db/mail, db/web, sudo; run \`orchestrate secrets init prod.ts\`
    exit 64"
  `)
  expect(await typed('graph', 'prod.ts')).toContain('exit 0')
})

test('ssh settings, missing secrets and a missing ssh config are told in one round', async () => {
  write("{ port: 99999, configFile: 'nowhere', password: 'hunter22' as never }")
  const said = await typed('drift', 'prod.ts')
  expect(said).not.toContain('hunter22')
  expect(said).toMatchInlineSnapshot(`
    "orchestrate: 4 mistakes in the declaration; no host was contacted
      ssh.port
        found    99999
        allowed  a port from 1 to 65535
      ssh.password
        found    a plain value
        allowed  secret('NAME'), a name in the secret store
      secrets
        2 secrets missing: db/mail, db/web; run \`orchestrate secrets init prod.ts\`
      ssh.configFile
        found    "nowhere": DIR/nowhere does not exist
        allowed  an ssh config that exists, or 'none'; left out: ~/.ssh/config
    exit 64"
  `)
})

test('a store that cannot be opened is told with the other mistakes, or alone as it is', async () => {
  write('{}')
  await typed('secrets', 'init', 'prod.ts')
  rmSync(join(dir, 'identity'))
  expect(await typed('drift', 'prod.ts')).toMatchInlineSnapshot(`
    "orchestrate: the identity DIR/identity does not exist
    → copy the identity that opens the store to this path, or name it with ORCHESTRATE_IDENTITY
    exit 64"
  `)
  write('{ port: 0 }', 'other')
  writeFileSync(join(dir, 'other.secrets.age'), 'damaged')
  expect(await typed('drift', 'other.ts')).toMatchInlineSnapshot(`
    "orchestrate: 2 mistakes in the declaration; no host was contacted
      ssh.port
        found    0
        allowed  a port from 1 to 65535
      secrets
        found    the identity DIR/identity does not exist
        allowed  copy the identity that opens the store to this path, or name it with ORCHESTRATE_IDENTITY
    exit 64"
  `)
})

test('secret settings that are no paths are a mistake, not a crash', async () => {
  write('{}, secrets: { store: 5 }')
  const said = await typed('drift', 'prod.ts')
  expect(said).toContain('secrets.store\n    found    a value of type number\n    allowed  the path of a file')
  expect(await typed('secrets', 'list', 'prod.ts')).toContain('secrets.store')
})
