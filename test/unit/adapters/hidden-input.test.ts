import { PassThrough, Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { askHidden } from '../../../src/adapters/secrets/terminal.ts'

/** What is answered to the questions when a terminal sends these chunks, and what is shown. */
async function typed(chunks: readonly (string | Buffer)[], questions = ['Value: ']) {
  const raw: boolean[] = []
  const input = Object.assign(Readable.from(chunks), { isTTY: true, setRawMode: (on: boolean) => raw.push(on) })
  let shown = ''
  const answers = await askHidden(questions, input, { write: (text) => (shown += text) })
  expect(raw).toEqual([true, false])
  return { answers, shown }
}

test('keys that edit a line edit it; none of them becomes part of the value', async () => {
  const keys = { left: '\x1b[D', right: '\x1b[C', up: '\x1b[A', down: '\x1b[B', home: '\x1b[H', delete: '\x1b[3~' }
  expect((await typed(['abd', keys.left, 'c', keys.right, 'e\r'])).answers).toEqual(['abcde'])
  expect((await typed(['x', keys.up, keys.down, 'y\r'])).answers).toEqual(['xy'])
  expect((await typed(['bc', keys.home, 'a', keys.delete, '\r'])).answers).toEqual(['ac'])
  expect((await typed(['\x1bOPa\x1b[15~\x1b[1;5Db\r'])).answers?.[0]).toMatch(/^[ab]{2}$/)
  expect((await typed(['wrong\x15right\x7f\x7fht\r'])).answers).toEqual(['right'])
})

test('pasted text is taken as it is, with or without the marks of a paste', async () => {
  expect((await typed(['\x1b[200~pässwörd 日本語\x1b[201~\r'])).answers).toEqual(['pässwörd 日本語'])
  expect((await typed(['first\rsecond\r'], ['One: ', 'Two: '])).answers).toEqual(['first', 'second'])
  expect((await typed(['first\r\nsecond\r\n'], ['One: ', 'Two: '])).answers).toEqual(['first', 'second'])
})

test('a character that arrives in pieces is one character', async () => {
  const bytes = Buffer.from('ä🙂\r')
  expect((await typed([...bytes].map((byte) => Buffer.from([byte])))).answers).toEqual(['ä🙂'])
})

test('nothing of the value is shown, nor offered again by the history', async () => {
  const { answers, shown } = await typed(['secret\r', '\x1b[A\r'], ['One: ', 'Two: '])
  expect(answers).toEqual(['secret', ''])
  expect(shown).toBe('One: \nTwo: \n')
})

test('Ctrl-C, Ctrl-D on an empty line and the end of the terminal give up', async () => {
  for (const end of ['abc\x03', '\x04', 'abc'])
    expect(await typed([end])).toEqual({ answers: undefined, shown: 'Value: \n' })
})

test('a second question later reads from the same terminal', async () => {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} })
  const ask = () => askHidden(['? '], input, { write: () => {} })
  const first = ask()
  input.write('one\r')
  expect(await first).toEqual(['one'])
  const second = ask()
  input.write('two\r')
  expect(await second).toEqual(['two'])
})
