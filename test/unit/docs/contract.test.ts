import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { expect, test } from 'vitest'
import mail from '../../../playbooks/mail.ts'
import { buildProgram } from '../../../src/cli/program.ts'
import { exitCodes } from '../../../src/kernel/errors.ts'
import { fakeIo } from '../cli/fake-io.ts'

const top = fileURLToPath(new URL('../../../', import.meta.url))
const read = (path: string) => readFileSync(join(top, path), 'utf8')
const found = (text: string, pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, word = '']) => word))]

function sources(folder: string): string {
  return readdirSync(join(top, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => read(join(folder, name)))
    .join('\n')
}

test('docs/json.md describes every schema that is printed, and no other', () => {
  const printed = found(sources('src') + sources('roles'), /'(orchestrate\/[a-z-]+\/\d+)'/g)
  expect(found(read('docs/json.md'), /^## `(orchestrate\/[a-z-]+\/\d+)`/gm).sort()).toEqual(printed.sort())
})

test('docs/exit-codes.md names the error codes that exist, and no other', () => {
  const declared = found(read('src/kernel/errors.ts'), /^ {2}\| '(E_[A-Z_]+)'/gm)
  expect(found(read('docs/exit-codes.md'), /^\| `(E_[A-Z_]+)`/gm).sort()).toEqual([...declared, 'E_BUG'].sort())
})

test.each(['README.md', 'README.ja.md', 'docs/exit-codes.md'])('%s has every exit code in its table', (path) => {
  const codes = found(read(path), /^\| \**(\d+)\** \|/gm).map(Number)
  expect(codes).toEqual(Object.values(exitCodes))
})

test('the documents name only commands that exist', () => {
  const program: CommandUnknownOpts = buildProgram({ io: fakeIo(), end: () => {} }, '0.0.0', mail.commands)
  const known = program.commands.map((command) => command.name())
  const documents = ['README.md', 'README.ja.md', 'docs/exit-codes.md', 'docs/json.md', 'docs/takeover.md']
  for (const path of documents) {
    const named = found(read(path), /(?:\borchestrate|orchestrate\.js) ([a-z]+)\b(?=[^\n]*(?:`|\binventories\/))/g)
    expect({ path, unknown: named.filter((name) => !known.includes(name)) }).toEqual({ path, unknown: [] })
  }
})
