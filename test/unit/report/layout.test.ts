import { expect, test } from 'vitest'
import { hintLines, wrapText } from '../../../src/report/layout.ts'

test('text is wrapped at spaces; what is to be typed stays whole', () => {
  expect(wrapText('12 secrets missing: a, b; run `orchestrate secrets init inventories/prod.ts` first', 40)).toEqual([
    '12 secrets missing: a, b; run',
    '`orchestrate secrets init inventories/prod.ts`',
    'first',
  ])
  expect(wrapText('orchestrate apply inventories/a-long-name.ts --yes --limit mx1', 40)).toHaveLength(1)
  expect(wrapText('one ` backtick is only a character of a long line', 30)).toEqual([
    'one ` backtick is only a',
    'character of a long line',
  ])
})

test('a hint is a sentence and, on lines of their own, the commands to paste', () => {
  const command = "echo 'mx1 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI' >> ~/.ssh/known_hosts"
  expect(hintLines(`Compare the fingerprint on the console of the host, then accept the key:\n${command}`, 40)).toEqual(
    ['→ Compare the fingerprint on the console', 'of the host, then accept the key:', `  ${command}`],
  )
  expect(hintLines('orchestrate drift inventories/with-a-long-name.ts --limit mx1', 40)).toEqual([
    '→ orchestrate drift inventories/with-a-long-name.ts --limit mx1',
  ])
})
