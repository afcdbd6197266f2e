import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ensureIdentity, readIdentity } from '../../../src/adapters/secrets/identity.ts'
import { storeFiles } from '../../../src/adapters/secrets/locations.ts'
import { generateSecret, openStore } from '../../../src/adapters/secrets/store.ts'
import { Secret } from '../../../src/kernel/secret.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'secrets-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

const files = () => ({ store: join(dir, 'prod.secrets.age'), identity: join(dir, 'keys', 'identity') })
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)

test('a store that is not there is empty and needs no identity', async () => {
  const store = await openStore(files())
  expect(store.get('a')).toBeUndefined()
  expect(store.names()).toEqual([])
})

test('what was saved is read back as Secrets; the file is private, armoured and shows nothing', async () => {
  const { made } = await ensureIdentity(files().identity)
  const store = await openStore(files())
  store.set('db/mail', 'häslich "quoted"\nsecond line')
  store.set('a', new Secret('other label', 'x'))
  await store.save()

  const again = await openStore(files())
  expect(made).toBe(true)
  expect(again.names()).toEqual(['a', 'db/mail'])
  expect(String(again.get('db/mail'))).toBe('<secret:db/mail>')
  expect(again.get('db/mail')?.reveal()).toBe('häslich "quoted"\nsecond line')
  expect(readFileSync(files().store, 'utf8')).toMatch(
    /^-----BEGIN AGE ENCRYPTED FILE-----\n[\s\S]+-----END AGE ENCRYPTED FILE-----\n$/,
  )
  expect([modeOf(files().store), modeOf(files().identity), modeOf(join(dir, 'keys'))]).toEqual(['600', '600', '700'])
  expect(readdirSync(dir).sort()).toEqual(['keys', 'prod.secrets.age'])
})

test('an identity is made once', async () => {
  const first = await ensureIdentity(files().identity)
  const second = await ensureIdentity(files().identity)
  expect(second).toEqual({ identity: first.identity, made: false })
})

test('a linked store stays a link', async () => {
  await ensureIdentity(files().identity)
  writeFileSync(join(dir, 'real.age'), '')
  rmSync(join(dir, 'real.age'))
  const store = await openStore({ ...files(), store: join(dir, 'real.age') })
  await store.save()
  symlinkSync('real.age', files().store)
  const linked = await openStore(files())
  linked.set('a', 'b')
  await linked.save()
  expect((await openStore({ ...files(), store: join(dir, 'real.age') })).names()).toEqual(['a'])
  expect(readdirSync(dir).sort()).toEqual(['keys', 'prod.secrets.age', 'real.age'])
})

test('what another process saved meanwhile is not overwritten', async () => {
  await ensureIdentity(files().identity)
  const mine = await openStore(files())
  const theirs = await openStore(files())
  theirs.set('a', '1')
  await theirs.save()
  mine.set('b', '2')
  await expect(mine.save()).rejects.toMatchObject({
    code: 'E_SECRET',
    message: expect.stringContaining('changed by another process'),
  })
  theirs.set('c', '3')
  await theirs.save()
  expect((await openStore(files())).names()).toEqual(['a', 'c'])
})

test('an identity that others can read is refused with the command that helps', async () => {
  await ensureIdentity(files().identity)
  chmodSync(files().identity, 0o640)
  await expect(readIdentity(files().identity)).rejects.toMatchObject({
    code: 'E_SECRET',
    exit: 'usage',
    message: `the identity ${files().identity} can be read by others (mode 0640)`,
    hint: `run \`chmod 600 ${files().identity}\``,
  })
})

test('missing, foreign and damaged files are named', async () => {
  await ensureIdentity(files().identity)
  await (await openStore(files())).save()
  const failure = (change: Partial<ReturnType<typeof files>>) =>
    openStore({ ...files(), ...change }).then(String, (error: Error) => error.message.replaceAll(dir, 'DIR'))

  const other = join(dir, 'other')
  await ensureIdentity(other)
  const empty = join(dir, 'empty')
  writeFileSync(empty, '# nothing\n', { mode: 0o600 })
  const broken = join(dir, 'broken.age')
  writeFileSync(broken, readFileSync(files().store, 'utf8').slice(0, 100))
  expect([
    await failure({ identity: join(dir, 'nowhere') }),
    await failure({ identity: other }),
    await failure({ identity: empty }),
    await failure({ store: broken }),
    await failure({ store: dir }),
  ]).toMatchInlineSnapshot(`
    [
      "the identity DIR/nowhere does not exist",
      "cannot open DIR/prod.secrets.age: no identity matched any of the file's recipients",
      "DIR/empty holds no age identity",
      "cannot open DIR/broken.age: invalid footer",
      "cannot read the secret store DIR: illegal operation on a directory, read",
    ]
  `)
})

test('generated secrets are URL-safe, begin with a letter and have the declared length', () => {
  const texts = Array.from({ length: 200 }, () => generateSecret('x', 24).reveal())
  expect(texts.every((text) => /^[A-Za-z][A-Za-z0-9_-]{23}$/.test(text))).toBe(true)
  expect(new Set(texts).size).toBe(200)
})

test('where the files are: beside the inventory, as it says, as the environment says', () => {
  expect(storeFiles('/x/prod.ts', {}, {})).toEqual({
    store: '/x/prod.secrets.age',
    identity: join(homedir(), '.config/orchestrate/identity'),
  })
  expect(storeFiles('/x/prod.ts', { store: '../s.age', identity: '~/id' }, {})).toEqual({
    store: '/s.age',
    identity: join(homedir(), 'id'),
  })
  expect(storeFiles('/x/prod.ts', { identity: '~/id' }, { ORCHESTRATE_IDENTITY: '/k/id' }).identity).toBe('/k/id')
})
