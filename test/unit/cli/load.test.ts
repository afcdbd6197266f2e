import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { importFailure } from '../../../src/cli/load.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'load-'))
  for (const folder of ['inventories', 'playbooks']) mkdirSync(join(dir, folder))
  writeFileSync(join(dir, 'package.json'), '{}')
  writeFileSync(join(dir, 'playbooks/mail.ts'), '')
  writeFileSync(join(dir, 'inventories/prod.ts'), "import mail from 'playbooks/mail'\n")
})
afterEach(() => rmSync(dir, { recursive: true }))

/** What is said of a module that Node did not find. */
function said(what: string): string {
  const file = join(dir, 'inventories/prod.ts')
  const message = `Cannot find ${what} imported from ${file}`
  const error = Object.assign(new Error(message), { code: 'ERR_MODULE_NOT_FOUND' })
  const failure = importFailure('inventories/prod.ts', file, error)
  return failure instanceof Error ? failure.message.replaceAll(dir, 'DIR') : String(failure)
}

test.each([
  ['an ending is missing', () => `module '${dir}/playbooks/mail'`, '; did you mean ../playbooks/mail.ts?'],
  ['a letter is wrong', () => `module '${dir}/playbooks/mial.ts'`, '; did you mean ../playbooks/mail.ts?'],
  ['the dots are missing', () => "package 'playbooks'", '; did you mean ../playbooks/mail.ts?'],
  ['nothing is near', () => "package 'left-pad'", 'inventories/prod.ts'],
])('an import that leads nowhere: %s', (_name, what, end) => {
  expect(said(what())).toMatch(new RegExp(`${end.replace(/[.?]/g, '\\$&')}$`))
})
