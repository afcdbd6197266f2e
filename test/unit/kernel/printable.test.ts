import fc from 'fast-check'
import { expect, test } from 'vitest'
import { printable } from '../../../src/kernel/printable.ts'

test('control characters are shown escaped', () => {
  expect(printable('\x1b[31mred\x1b]0;title\x07')).toBe('\\x1b[31mred\\x1b]0;title\\x07')
  expect(printable('\x9b2J\x7f\0')).toBe('\\x9b2J\\x7f\\x00')
  expect(printable('over\rwritten\b\v\f')).toBe('over\\rwritten\\b\\v\\f')
  expect(printable('admin\u202egpj.exe\u2066')).toBe('admin\\u202egpj.exe\\u2066')
})

test('ordinary text stays, and line ends of both kinds are line ends', () => {
  expect(printable('Grüße, 日本語\tok\nnext — “x” 🙂')).toBe('Grüße, 日本語\tok\nnext — “x” 🙂')
  expect(printable('a\r\nb\r\n')).toBe('a\nb\n')
})

test('whatever comes in, nothing that a terminal would act on goes out', () => {
  const characters = fc.string({ unit: 'binary', size: 'large' })
  fc.assert(
    fc.property(characters, (text) => {
      expect(printable(text)).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f]/)
      expect(printable(printable(text))).toBe(printable(text))
    }),
  )
})
