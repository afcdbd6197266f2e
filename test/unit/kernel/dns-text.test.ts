import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tags, txtPresentation, txtStrings } from '../../../src/kernel/dns-text.ts'

test('chunks are at most 255 octets, none is cut inside a character, and they join to the value', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 1200, unit: 'grapheme' }), (value) => {
      const chunks = txtStrings(value)
      expect(chunks.join('')).toBe(value)
      for (const chunk of chunks) expect(Buffer.byteLength(chunk)).toBeLessThanOrEqual(255)
    }),
  )
})

test('an RSA-2048 key takes two strings, an RSA-4096 key three; an empty value is one empty string', () => {
  expect(txtStrings(`v=DKIM1; k=rsa; p=${'A'.repeat(392)}`).map(({ length }) => length)).toEqual([255, 155])
  expect(txtStrings(`v=DKIM1; k=rsa; p=${'A'.repeat(736)}`)).toHaveLength(3)
  expect(txtStrings('')).toEqual([''])
})

test('quotes, backslashes and other octets are escaped', () => {
  expect(txtPresentation('say "a\\b" ü')).toBe(String.raw`"say \"a\\b\" \195\188"`)
})

test('tags', () => {
  expect([...tags(' v=DKIM1 ; p=a=b; t ')]).toEqual([
    ['v', 'DKIM1'],
    ['p', 'a=b'],
    ['t', ''],
  ])
})
