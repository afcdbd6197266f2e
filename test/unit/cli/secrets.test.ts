import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ensureIdentity } from '../../../src/adapters/secrets/identity.ts'
import { openStore } from '../../../src/adapters/secrets/store.ts'
import { main } from '../../../src/cli/main.ts'
import { fakeIo } from './fake-io.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'secrets-'))
  writeFileSync(join(dir, 'prod.ts'), inventory)
})
afterEach(() => rmSync(dir, { recursive: true }))

const door = resolve('src/index.ts')
const inventory = `
import { defineInventory, definePlaybook, defineRole, secret, secretReference } from '${door}'
import { z } from '${resolve('node_modules/zod/index.js')}'
const database = defineRole({
  name: 'database', description: 'x', vars: { db: z.strictObject({ user: z.string().default('mail') }).prefault({}) },
  secrets: ({ vars }) => [
    { name: 'db/' + vars.db.user, length: 24, description: 'database account' },
    { name: 'db/license', length: null, description: 'bought' },
  ],
  resources: () => [],
})
const relay = defineRole({ name: 'relay', description: 'x', vars: { relay: z.strictObject({ password: secretReference.optional() }).prefault({}) }, resources: () => [] })
export default defineInventory({
  playbook: definePlaybook({ name: 'p', plays: [{ on: 'all', roles: [database, relay] }] }),
  ssh: { sudoPassword: secret('sudo') },
  hosts: { a: { address: '192.0.2.1', vars: { relay: { password: secret('relay/password') } } }, b: { address: '192.0.2.2' } },
})
`

interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
}

async function run(args: readonly string[], { input = '', terminal = false, editor = 'true' } = {}): Promise<Said> {
  const io = fakeIo()
  const stdin = Object.assign(Readable.from(terminal ? [...input] : [Buffer.from(input)]), { isTTY: terminal })
  const code = await main(['secrets', ...args], {
    ...io,
    stdin,
    stdout: { ...io.stdout, isTTY: terminal },
    cwd: dir,
    env: { ORCHESTRATE_IDENTITY: join(dir, 'identity'), EDITOR: editor },
  })
  const short = (text: string) => text.replaceAll(dir, 'DIR').replace(/age1\w+/g, 'age1…')
  return { code, out: short(io.out()), err: short(io.err()) }
}

const prod = () => join(dir, 'prod.ts')

test('init makes identity and store, generates what roles declare, tells what is left; again it changes nothing', async () => {
  expect(await run(['init', prod()])).toMatchInlineSnapshot(`
    {
      "code": 0,
      "err": "Keep a copy of this file in a safe place: without it nobody can open the store. Its public part is age1…
    ",
      "out": "made identity DIR/identity
    generated db/mail
    DIR/prod.secrets.age: 1 generated, 0 there already
    To be set by hand:
      orchestrate secrets set DIR/prod.ts db/license   # role database: bought
      orchestrate secrets set DIR/prod.ts relay/password   # hosts.a.vars.relay.password
      orchestrate secrets set DIR/prod.ts sudo   # ssh.sudoPassword
    ",
    }
  `)
  expect(await run(['init', prod()])).toMatchInlineSnapshot(`
    {
      "code": 0,
      "err": "",
      "out": "DIR/prod.secrets.age: 0 generated, 1 there already
    To be set by hand:
      orchestrate secrets set DIR/prod.ts db/license   # role database: bought
      orchestrate secrets set DIR/prod.ts relay/password   # hosts.a.vars.relay.password
      orchestrate secrets set DIR/prod.ts sudo   # ssh.sudoPassword
    ",
    }
  `)
})

test('list says what is set, what is missing and who asks', async () => {
  await run(['init', prod()])
  await run(['set', prod(), 'sudo'], { input: 'hunter22\n' })
  const { out, code } = await run(['list', prod()])
  expect(code).toBe(0)
  expect(out).toMatchInlineSnapshot(`
    "db/license      missing  role database: bought
    db/mail         set      role database: database account
    relay/password  missing  hosts.a.vars.relay.password
    sudo            set      ssh.sudoPassword
    "
  `)
})

test('set takes a pipe, get prints it; nothing else shows it', async () => {
  const stored = await run(['set', prod(), 'relay/password'], { input: 'top secret\n' })
  expect(stored).toMatchObject({ code: 0, out: 'made identity DIR/identity\n' })
  expect(JSON.stringify(stored)).not.toContain('top secret')
  expect(await run(['get', prod(), 'relay/password'])).toEqual({ code: 0, out: 'top secret\n', err: '' })
  const shown = await run(['get', prod(), 'relay/password'], { terminal: true })
  expect(shown.err).toContain('in clear on this terminal')
})

test('set asks twice on a terminal, without echo, and understands backspace', async () => {
  const { code, out, err } = await run(['set', prod(), 'sudo'], { terminal: true, input: 'abcX\u007fd\rabcd\r' })
  expect({ code, out, err }).toMatchInlineSnapshot(`
    {
      "code": 0,
      "err": "Keep a copy of this file in a safe place: without it nobody can open the store. Its public part is age1…
    Value of sudo (not shown): 
    Once more: 
    stored sudo in DIR/prod.secrets.age
    ",
      "out": "made identity DIR/identity
    ",
    }
  `)
  expect((await run(['get', prod(), 'sudo'])).out).toBe('abcd\n')
})

test('two answers that differ, and giving up, store nothing', async () => {
  expect((await run(['set', prod(), 'sudo'], { terminal: true, input: 'a\rb\r' })).code).toBe(1)
  expect((await run(['set', prod(), 'sudo'], { terminal: true, input: 'a\r\u0003' })).code).toBe(130)
  expect((await run(['get', prod(), 'sudo'])).code).toBe(64)
})

test('mistakes end with 64 and say what to do', async () => {
  await run(['init', prod()])
  const mistakes = [
    await run([]),
    await run(['lst', prod()]),
    await run(['list']),
    await run(['get', prod(), 'db/mial']),
    await run(['get', prod(), 'sudo']),
    await run(['set', prod(), 'sduo'], { input: 'x' }),
    await run(['set', prod(), 'sudo'], { input: '\n' }),
    await run(['set', prod(), 'sudo', 'hunter22']),
    await run(['set', prod(), 'sudo=hunter22']),
  ]
  expect(mistakes.map(({ code }) => code)).toEqual(mistakes.map(() => 64))
  expect(await run(['list', join(dir, 'nowhere.ts')])).toMatchObject({ code: 64 })
  expect(mistakes.slice(1).map(({ err }) => err)).toMatchInlineSnapshot(`
    [
      "orchestrate: unknown command 'lst'; did you mean list?
      allowed: init, set, get, edit, list, rekey
    → orchestrate secrets --help
    ",
      "orchestrate: missing required argument 'INVENTORY'
      usage: orchestrate secrets list [options] <INVENTORY>
    → orchestrate secrets list --help
    ",
      "orchestrate: the store has no "db/mial"
    → did you mean db/mail?
    ",
      "orchestrate: the store has no "sudo"
    → run \`orchestrate secrets init DIR/prod.ts\` or \`orchestrate secrets set DIR/prod.ts sudo\`
    ",
      "orchestrate: no role and no secret('…') of this inventory asks for "sduo"
    → did you mean sudo?
    ",
      "orchestrate: the value is empty; nothing was stored
    → pipe it in, e.g. \`orchestrate secrets set … sudo <FILE\`
    ",
      "orchestrate: a value on the command line can be read in the shell history and the process list; nothing was stored
    → run \`orchestrate secrets set DIR/prod.ts sudo\` and type it, or pipe it in; and change that value if it is in use
    ",
      "orchestrate: a value on the command line can be read in the shell history and the process list; nothing was stored
    → run \`orchestrate secrets set DIR/prod.ts sudo\` and type it, or pipe it in; and change that value if it is in use
    ",
    ]
  `)
  expect(JSON.stringify(mistakes)).not.toContain('hunter22')
})

test('an identity that is a directory is told so, without a command that would change the directory', async () => {
  const io = { ...fakeIo(), cwd: dir, env: { ORCHESTRATE_IDENTITY: dir } }
  chmodSync(dir, 0o777)
  expect(await main(['secrets', 'init', prod()], io)).toBe(64)
  expect(io.err().replaceAll(dir, 'DIR')).toMatchInlineSnapshot(`
    "orchestrate: the identity DIR is not a file
    → name the file that holds it with ORCHESTRATE_IDENTITY
    "
  `)
})

test('a store whose identity is gone is never replaced', async () => {
  await run(['init', prod()])
  rmSync(join(dir, 'identity'))
  const { code, err } = await run(['init', prod()])
  expect(code).toBe(64)
  expect(err).toContain('exists, but the identity')
})

/** An editor that runs a shell script on the file `$1`. */
function scripted(script: string): string {
  writeFileSync(join(dir, 'editor.sh'), script)
  return `sh ${join(dir, 'editor.sh')}`
}

test('edit takes added, changed and removed values; the clear text is gone afterwards', async () => {
  await run(['set', prod(), 'sudo'], { input: 'one' })
  await run(['set', prod(), 'relay/password'], { input: 'two' })
  const editor = scripted(`
    printf '%s %s' "$1" "$(stat -c %a "$1")" >${join(dir, 'seen')}
    printf '{ "sudo": "new", "db/mial": "x" }' >"$1"`)
  const { code, err } = await run(['edit', prod()], { editor })
  expect({ code, err }).toEqual({
    code: 0,
    err: 'nobody asks for db/mial; did you mean db/mail?\nDIR/prod.secrets.age: 2 changed, 1 removed\n',
  })
  const [place = '', mode] = readFileSync(join(dir, 'seen'), 'utf8').split(' ')
  expect(mode).toBe('600')
  expect(existsSync(place)).toBe(false)
  expect((await run(['get', prod(), 'sudo'])).out).toBe('new\n')
  expect((await run(['get', prod(), 'relay/password'])).code).toBe(64)
})

test('an edit that went wrong stores nothing and quotes nothing', async () => {
  await run(['set', prod(), 'sudo'], { input: 'hunter22' })
  const said = [
    await run(['edit', prod()], { editor: 'false' }),
    await run(['edit', prod()], { editor: scripted('printf "}" >>"$1"') }),
    await run(['edit', prod()], { editor: scripted(`printf '{ "sudo": 5 }' >"$1"`) }),
    await run(['edit', prod()], { editor: scripted('printf "[]" >"$1"') }),
  ]
  expect(said.map(({ code }) => code)).toEqual([64, 64, 64, 64])
  expect(JSON.stringify(said)).not.toContain('hunter22')
  expect((await run(['get', prod(), 'sudo'])).out).toBe('hunter22\n')
})

test('rekey: the named people and oneself can open the store, nobody else', async () => {
  await run(['set', prod(), 'sudo'], { input: 'x' })
  const { identity } = await ensureIdentity(join(dir, 'colleague'))
  const added = await run(['rekey', prod(), identity.recipient])
  expect(added).toMatchObject({ code: 0, out: 'DIR/prod.secrets.age is encrypted for:\n  age1…\n  age1…\n', err: '' })
  const colleague = { store: join(dir, 'prod.secrets.age'), identity: join(dir, 'colleague') }
  expect((await openStore(colleague)).names()).toEqual(['sudo'])
  expect((await run(['rekey', prod()])).err).toContain('change those secrets')
  await expect(openStore(colleague)).rejects.toMatchObject({ code: 'E_SECRET' })
  expect(await run(['rekey', prod(), 'age1nonsense'])).toMatchObject({
    code: 64,
    err: expect.stringContaining('is not an age recipient'),
  })
})
