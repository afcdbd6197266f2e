import { execFileSync } from 'node:child_process'
import { createHmac, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import {
  judge,
  keyFingerprint,
  keysFor,
  knownName,
  parseKnownHosts,
  readKnownHosts,
} from '../../src/adapters/ssh/host-keys.ts'
import type { TestKey } from './keys.ts'
import { keyOf } from './world.ts'

const folder = mkdtempSync(join(tmpdir(), 'orchestrate-known-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const [one, two, rsa, ecdsa] = [keyOf('one'), keyOf('two'), keyOf('three', 'rsa'), keyOf('four', 'ecdsa')]
const blob = ({ parsed }: TestKey) => parsed.getPublicSSH()
const salt = randomBytes(20)
const hash = (name: string) => createHmac('sha1', salt).update(name).digest('base64')

const text = `# a comment
plain.example ${one.line} with a comment
many.example,10.0.0.1,*.wild.example,!not.wild.example ${one.line}
[ported.example]:2222 ${two.line}
short ${rsa.line}
two.example ${rsa.line}
two.example\t${ecdsa.line}
q?.example ${one.line}
  indented.example ${one.line}
UPPER.example ${one.line}
broken.example ssh-ed25519
wrongtype.example ssh-rsa ${one.line.split(' ')[1]}
@revoked revoked.example ${one.line}
@cert-authority *.ca.example ${one.line}
@unheard odd.example ${one.line}
2001:db8::1 ${one.line}

`

describe('what is found for a name is what ssh-keygen -F finds', () => {
  const file = join(folder, 'oracle')
  const hashed = join(folder, 'hashed')
  writeFileSync(file, text)
  // -H takes no file with lines it cannot read; patterns and markers it leaves as they are.
  writeFileSync(hashed, text.replace(/^(broken|wrongtype|@unheard).*\n/gm, ''))
  execFileSync('ssh-keygen', ['-q', '-H', '-f', hashed], { stdio: 'ignore' })

  test.each([
    'plain.example',
    'many.example',
    '10.0.0.1',
    'a.wild.example',
    'not.wild.example',
    '[ported.example]:2222',
    'ported.example',
    'short',
    'two.example',
    'qx.example',
    'qxy.example',
    'indented.example',
    'upper.example',
    'absent.example',
    'revoked.example',
    '2001:db8::1',
  ])('%s', (name) => {
    for (const path of [file, hashed]) {
      const found = keysFor(name, parseKnownHosts(readFileSync(path, 'utf8'), path)).map(({ line }) => line)
      expect(found).toEqual(oracle(path, name))
    }
  })

  function oracle(path: string, name: string): number[] {
    try {
      const output = execFileSync('ssh-keygen', ['-F', name, '-f', path], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      return [...output.matchAll(/found: line (\d+)( CA)?/g)].filter(([, , ca]) => !ca).map(([, line]) => Number(line))
    } catch {
      return []
    }
  }
})

test('fingerprints are spelled as ssh-keygen spells them', () => {
  for (const key of [one, rsa, ecdsa]) expect(keyFingerprint(blob(key))).toBe(key.fingerprint)
})

describe('a key is', () => {
  const keys = parseKnownHosts(text, 'known_hosts')
  const state = (name: string, key: TestKey) => judge(name, blob(key), keys)

  test('known when a line for the host holds it', () => {
    expect(state('plain.example', one)).toEqual({ state: 'known' })
    expect(state('two.example', ecdsa)).toEqual({ state: 'known' })
  })

  test('unknown when no line is for the host, nor a certificate authority', () => {
    expect(state('absent.example', one)).toEqual({ state: 'unknown' })
    expect(state('x.ca.example', one)).toEqual({ state: 'unknown' })
    expect(state('odd.example', one)).toEqual({ state: 'unknown' })
  })

  test('changed when another one is known, be it of another type', () => {
    expect(state('plain.example', two)).toMatchObject({ state: 'changed', known: { line: 2, file: 'known_hosts' } })
    expect(state('short', one)).toMatchObject({ state: 'changed', known: { line: 5, type: 'ssh-rsa' } })
  })

  test('revoked, whatever else is known', () => {
    expect(state('revoked.example', one)).toMatchObject({ state: 'revoked', known: { line: 13 } })
    expect(state('revoked.example', two)).toEqual({ state: 'unknown' })
    const both = parseKnownHosts(`h ${one.line}\n@revoked * ${one.line}\n`, 'f')
    expect(judge('h', blob(one), both)).toMatchObject({ state: 'revoked' })
  })

  test('unknown off port 22 when it is filed for the plain name only, and names that line', () => {
    expect(state('[plain.example]:2222', one)).toMatchObject({ state: 'unknown', elsewhere: { line: 2 } })
    expect(state('[plain.example]:2222', two)).toEqual({ state: 'unknown' })
    expect(state('[ported.example]:2222', one)).toMatchObject({ state: 'changed' })
    const hashed = parseKnownHosts(`|1|${salt.toString('base64')}|${hash('plain.example')} ${one.line}`, 'f')
    expect(judge('plain.example', blob(one), hashed)).toEqual({ state: 'known' })
    expect(judge('[plain.example]:2222', blob(one), hashed)).toMatchObject({ state: 'unknown' })
  })

  test('changed off port 22 when another is filed for that port, though the plain name has this one', () => {
    const both = parseKnownHosts(`h ${one.line}\n[h]:2222 ${two.line}\n`, 'f')
    expect(judge('[h]:2222', blob(one), both)).toMatchObject({ state: 'changed', known: { line: 2 } })
    expect(judge('h', blob(two), both)).toMatchObject({ state: 'changed', known: { line: 1 } })
    expect(judge('[h]:2222', blob(two), both)).toEqual({ state: 'known' })
  })

  test('revoked off port 22 when it is revoked for the plain name', () => {
    const lines = parseKnownHosts(`@revoked h ${one.line}\n[h]:2222 ${one.line}\n`, 'f')
    expect(judge('[h]:2222', blob(one), lines)).toMatchObject({ state: 'revoked', known: { line: 1 } })
  })
})

test('names are filed in lower case, with the port off 22, or under the alias', () => {
  expect(knownName('SV1.example', 22)).toBe('sv1.example')
  expect(knownName('::1', 2222)).toBe('[::1]:2222')
  expect(knownName('10.0.0.1', 2222, 'Alias')).toBe('alias')
})

test('several files are read, a missing one is empty, one that cannot be read fails closed', async () => {
  const [first, second] = [join(folder, 'first'), join(folder, 'second')]
  writeFileSync(first, `a ${one.line}\n`)
  writeFileSync(second, `a ${rsa.line}\r\n`)
  const keys = await readKnownHosts('sv1', [first, join(folder, 'missing'), second])
  expect(keys.map(({ file, line, type }) => [file, line, type])).toEqual([
    [first, 1, 'ssh-ed25519'],
    [second, 1, 'ssh-rsa'],
  ])
  await expect(readKnownHosts('sv1', [first, folder])).rejects.toMatchObject({ code: 'E_HOST_KEY', host: 'sv1' })
})
