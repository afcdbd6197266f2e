import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Secret } from '../../../src/kernel/secret.ts'
import { lines, quote, raw, type Script, sh } from '../../../src/kernel/sh.ts'
import { joinText } from '../../../src/kernel/text.ts'
import { shellWords } from './shell-words.ts'

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom("'", '"', '\\', '$', '`', '\n', ' ', '!', '*', '~', '#', ';', '&', '(', 'a', '-', '='),
  }),
)
const word = hostile.filter((text) => !text.includes('\0'))

test('a quoted word is read back unchanged, whatever is in it', () => {
  fc.assert(
    fc.property(word, (text) => {
      expect(shellWords(quote(text))).toEqual([text])
    }),
  )
})

test('words of a template stay as many and as they were', () => {
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), (words) => {
      expect(shellWords(String(sh`printf ${words}`))).toEqual(['printf', ...words])
    }),
  )
})

test('the masked and the revealed spelling differ only where a secret stands', () => {
  fc.assert(
    fc.property(word, word, (before, clear) => {
      const script = sh`cmd ${before} ${new Secret('s', clear)} end`
      expect(shellWords(script.revealed())).toEqual(['cmd', before, clear, 'end'])
      expect(String(script)).toBe(`cmd ${quote(before)} <secret:s> end`)
    }),
  )
})

test('plain words stay plain, everything else is quoted', () => {
  expect(
    ['/etc/main.cf', 'a=b', '50%', 'user@host', "it's", '', '-n', '$HOME', 'a b', '~', '*'].map(quote),
  ).toMatchInlineSnapshot(`
    [
      "/etc/main.cf",
      "a=b",
      "50%",
      "user@host",
      "'it'\\''s'",
      "''",
      "-n",
      "'$HOME'",
      "'a b'",
      "'~'",
      "'*'",
    ]
  `)
})

test('NUL cannot be in a word', () => {
  expect(() => quote('a\0b')).toThrow('a shell word cannot contain NUL')
  expect(() => sh`echo ${'\0'}`).toThrow(TypeError)
})

test('numbers, lists, texts and secrets in lists', () => {
  const secret = new Secret('db', "p'w")
  const script = sh`a ${1} ${['x y', 2, secret]} ${joinText(['k=', secret])}`
  expect(String(script)).toBe(`a 1 'x y' 2 <secret:db> k=<secret:db>`)
  expect(script.revealed()).toBe(`a 1 'x y' 2 'p'\\''w' 'k=p'\\''w'`)
})

test('scripts are spliced, not quoted, and keep their secrets', () => {
  const inner: Script = sh`echo ${new Secret('s', 'a b')}`
  const outer = sh`if true; then ${inner}; fi`
  expect(String(outer)).toBe('if true; then echo <secret:s>; fi')
  expect(outer.revealed()).toBe("if true; then echo 'a b'; fi")
  expect(outer.secret).toBe(true)
  expect(sh`true`.secret).toBe(false)
})

test('a backslash that JavaScript would drop is refused; doubled ones reach the shell', () => {
  expect(String(sh`sed 's/\\(x\\)\\.\\S/\\1/' | printf '%s\n\t\`\${x}'`)).toBe(
    "sed 's/\\(x\\)\\.\\S/\\1/' | printf '%s\n\t`${x}'",
  )
  expect(() => sh`sed 's/\./x/'`).toThrow(
    'a shell template holds \\., of which JavaScript keeps no backslash: write \\\\.',
  )
  expect(() => sh`sed 's/\(x\)/\1/'`).toThrow('holds \\(')
  expect(() => sh`tr '\0' x`).toThrow('holds \\0')
})

test('lines', () => {
  expect(String(lines(['a', sh`b ${'c d'}`, raw('e')]))).toBe("a\nb 'c d'\ne")
  expect(String(lines(['a', 'b'], ' && '))).toBe('a && b')
})
