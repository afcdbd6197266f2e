import { inspect } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OrchestrateError } from '../../../src/kernel/errors.ts'
import { masker } from '../../../src/kernel/mask.ts'
import { derive, fingerprint, Secret, sha256 } from '../../../src/kernel/secret.ts'
import { lines, sh } from '../../../src/kernel/sh.ts'
import { contentBytes, contentSha256, encoded, isSecret, joinText, Text } from '../../../src/kernel/text.ts'

const clear = 'Xq7-clear-text'
const secret = new Secret('db/mail', clear)

/** Every way in which a value may end up before somebody's eyes. */
function printings(value: { toString(): string }): string[] {
  const error = new Error(`failed with ${value}`, { cause: value })
  const ours = new OrchestrateError(`failed with ${value}`, { code: 'E_STEP', exit: 'failed', cause: value })
  return [
    `${value}`,
    String(value),
    `a${value}`,
    [value, 'b'].join(),
    JSON.stringify(value) ?? '',
    JSON.stringify({ deep: [{ value }] }),
    inspect(value),
    inspect(value, { showHidden: true, depth: 10, customInspect: false }),
    inspect({ deep: { value } }, { depth: 10, showHidden: true }),
    inspect(new Map([['key', value]])),
    inspect(error, { depth: 10 }),
    inspect(ours, { depth: 10 }),
    error.stack ?? '',
    Object.entries(value).join(),
    JSON.stringify(Object.getOwnPropertyNames(value).map((name) => Reflect.get(value, name))),
  ]
}

test('a secret prints as its label in every way, and only reveal() gives it', () => {
  expect(printings(secret).filter((text) => text.includes(clear))).toEqual([])
  expect(printings(secret)[0]).toBe('<secret:db/mail>')
  expect(JSON.stringify({ password: secret })).toBe('{"password":"<secret:db/mail>"}')
  expect(inspect({ password: secret })).toBe('{ password: <secret:db/mail> }')
  expect(secret.reveal()).toBe(clear)
})

test('texts, scripts and derived secrets print no clear text either', () => {
  const all = [
    joinText(['password=', secret, '\n']),
    sh`mysql -p ${secret}`,
    derive('hash', [secret], ([text]) => `{PLAIN}${text}`),
  ]
  expect(all.flatMap(printings).filter((text) => text.includes(clear))).toEqual([])
})

test('a derived secret is made of the clear texts and prints its own label', () => {
  const line = derive('passwd line', [secret, new Secret('b', 'x')], (texts) => texts.join(':'))
  expect([String(line), line.reveal()]).toEqual(['<secret:passwd line>', `${clear}:x`])
})

test('joined texts: both spellings, and whether anything is hidden', () => {
  const text = joinText(['a', joinText(['b', secret]), new Text(['c'])], '\n')
  expect(String(text)).toBe('a\nb<secret:db/mail>\nc')
  expect(text.revealed()).toBe(`a\nb${clear}\nc`)
  expect([text.secret, joinText(['a']).secret]).toEqual([true, false])
})

test('contents: hash and length are of the clear bytes, what travels is hidden', () => {
  const text = joinText(['ä=', secret])
  const bytes = Buffer.from(`ä=${clear}`)
  expect(contentSha256(text)).toBe(sha256(bytes))
  expect(contentBytes(text)).toBe(bytes.length)
  expect([contentSha256(bytes), contentBytes(bytes)]).toEqual([sha256(bytes), bytes.length])
  expect([isSecret(text), isSecret(secret), isSecret('x'), isSecret(joinText(['x'])), isSecret(bytes)]).toEqual([
    true,
    true,
    false,
    false,
    false,
  ])
  expect(encoded('x')).toBe('eA==')
  expect(encoded(bytes)).toBe(bytes.toString('base64'))
  const part = encoded(secret)
  expect(typeof part === 'string' ? part : [part.masked, part.reveal()]).toEqual([
    '<secret:db/mail>',
    Buffer.from(clear).toString('base64'),
  ])
})

test('foreign output is masked, longest secret first, short ones left alone', () => {
  const mask = masker([new Secret('short', 'abc'), new Secret('part', 'clear'), secret])
  expect(mask(`user abc: ${clear} and clear`)).toBe('user abc: <secret:db/mail> and <secret:part>')
})

test('pieces of a secret are masked too: logs are cut in front, servers quote the first 80 characters', () => {
  const long = new Secret('hash', '$2y$12$abcdefghijklmnopqrstuvwxyz')
  const mask = masker([long])
  expect(mask("…fghijklmnopqrstuvwxyz' near '$2y$12$abcdefghi' at line 1")).toBe(
    "…<secret:hash>' near '<secret:hash>' at line 1",
  )
  expect(mask('abcdefg stays: seven characters')).toBe('abcdefg stays: seven characters')
})

test('a script knows its secrets and those that they are made of, computed only when needed', () => {
  let computed = 0
  const hash = derive('hash', [secret], ([text]) => {
    computed++
    return `hash of ${text}`
  })
  const script = lines([sh`put ${joinText(['a', hash])}`, sh`list ${['x', secret]}`, sh`see ${joinText(['plain'])}`])
  expect(script.secrets().map(String)).toEqual(['<secret:hash>', '<secret:db/mail>'])
  expect(String(script)).toBe('put a<secret:hash>\nlist x <secret:db/mail>\nsee plain')
  expect(computed).toBe(0)
  expect([hash.reveal(), hash.reveal(), computed]).toEqual([`hash of ${clear}`, `hash of ${clear}`, 1])
})

test('masked output never holds a known secret, even if secrets overlap', () => {
  const texts = fc.string({ unit: fc.constantFrom('a', 'b', '$', '&'), minLength: 4, maxLength: 8 })
  fc.assert(
    fc.property(texts, texts, fc.string(), (one, other, around) => {
      const masked = masker([new Secret('1', one), new Secret('2', other)])(`${around}${one}${around}`)
      expect(masked.includes(one)).toBe(false)
    }),
  )
})

test('fingerprints are the first eight digits of the SHA-256', () => {
  expect(fingerprint('x')).toBe(sha256('x').slice(0, 8))
  expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
})
