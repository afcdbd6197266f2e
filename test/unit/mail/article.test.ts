import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const page = readFileSync(new URL('../../../docs/article.md', import.meta.url), 'utf8')
const numbers = (letter: string) =>
  [...page.matchAll(new RegExp(`^\\| ${letter}(\\d+) \\|`, 'gm'))].map(([, number]) => Number(number))

test('every step and every mistake of the article has one row, in order', () => {
  expect(numbers('S')).toEqual(Array.from({ length: 150 }, (_, index) => index + 1))
  expect(numbers('M')).toEqual(Array.from({ length: 40 }, (_, index) => index + 1))
})
