import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type KeyFile, openKey, readKeyFiles } from '../../src/adapters/ssh/keys.ts'
import { Secret } from '../../src/kernel/secret.ts'
import { keyOf, World } from './world.ts'

let world: World
beforeEach(() => {
  world = new World()
})
afterEach(() => world.end())

const keyIn = (file: KeyFile | undefined) => (file?.state === 'usable' ? file.key : undefined)

test('an encrypted key is decrypted once a run, not once a host', async () => {
  const { file } = keyOf('locked', 'ed25519', 'open sesame')
  const settings = { files: [file], named: true, only: false, passphrase: new Secret('passphrase', 'open sesame') }
  const [first] = await readKeyFiles(settings)
  const [second] = await readKeyFiles(settings)
  expect(keyIn(first)).toBeDefined()
  expect(keyIn(second)).toBe(keyIn(first))
})

test('another content, passphrase or path is another key', async () => {
  const [one, two] = [keyOf('locked', 'ed25519', 'open sesame'), keyOf('plain')]
  const file = join(world.folder, 'key')
  const opened = (text: string, passphrase?: string) => openKey(file, Buffer.from(text), passphrase)
  expect(opened(one.text)).toMatchObject({ state: 'locked' })
  expect(opened(one.text, 'wrong')).toMatchObject({ state: 'unusable', because: 'does not open with this passphrase' })
  expect(opened(one.text, 'open sesame')).toMatchObject({ state: 'usable', file })
  expect(openKey(`${file}2`, Buffer.from(one.text), 'open sesame')).toMatchObject({ file: `${file}2` })
  writeFileSync(file, two.text)
  const [read] = await readKeyFiles({ files: [file], named: true, only: false })
  expect(keyIn(read)?.getPublicSSH()).toEqual(two.parsed.getPublicSSH())
})
