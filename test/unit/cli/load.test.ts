import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { importFailure } from '../../../src/cli/load.ts'
import { OrchestrateError } from '../../../src/kernel/errors.ts'
import { errorText } from '../../../src/report/errors.ts'
import { plainPaint } from '../../../src/report/layout.ts'

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

describe('importFailure', () => {
  const failure = (error: Error, stack: string) => {
    const wrapped = importFailure(
      'inventories/prod.ts',
      '/elsewhere/inventories/prod.ts',
      Object.assign(error, { stack }),
    )
    return OrchestrateError.is(wrapped) ? errorText(wrapped, plainPaint) : wrapped
  }

  it('shows where the syntax is wrong', () => {
    const stack =
      '/elsewhere/inventories/prod.ts:2\nconst x = 1\nexport default { a: 1,, }\n                      ^\n\nSyntaxError: Unexpected'
    expect(failure(new SyntaxError('Unexpected token `,`.'), stack)).toMatchInlineSnapshot(`
      "orchestrate: /elsewhere/inventories/prod.ts:2: Unexpected token \`,\`
          const x = 1
          export default { a: 1,, }
                                ^
      → correct the file; nothing was contacted
      "
    `)
  })

  it('explains what type stripping cannot do, and names the imported file that does it', () => {
    const error = Object.assign(new SyntaxError('TypeScript enum is not supported in strip-only mode'), {
      code: 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX',
    })
    expect(failure(error, 'file:///elsewhere/roles/a.ts:1\nenum A { b }\n^^^^^^^^^^^^\n')).toMatchInlineSnapshot(`
      "orchestrate: /elsewhere/roles/a.ts:1: TypeScript enum is not supported in strip-only mode
          enum A { b }
          ^^^^^^^^^^^^
      → Node only strips types: write it without enum, namespace or parameter properties
      "
    `)
  })

  it('names a module that is not there', () => {
    const error = Object.assign(new Error("Cannot find package 'nope' imported from /elsewhere/inventories/prod.ts"), {
      code: 'ERR_MODULE_NOT_FOUND',
    })
    expect(failure(error, '')).toMatchInlineSnapshot(`
      "orchestrate: inventories/prod.ts cannot be loaded: Cannot find package 'nope' imported from /elsewhere/inventories/prod.ts
      → correct the import, or install the package it names
      "
    `)
  })

  it('shows where code of the inventory threw', () => {
    const stack =
      'TypeError: Cannot read\n    at file:///elsewhere/inventories/prod.ts:2:18\n    at ModuleJob.run (node:internal/modules/esm/module_job:561:25)'
    expect(failure(new TypeError("Cannot read properties of undefined (reading 'b')"), stack)).toMatchInlineSnapshot(`
      "orchestrate: inventories/prod.ts failed while it was loaded: TypeError: Cannot read properties of undefined (reading 'b')
        at /elsewhere/inventories/prod.ts:2
      → correct the file; nothing was contacted
      "
    `)
  })

  it('passes on expected failures as they are', () => {
    const own = new OrchestrateError('known', { code: 'E_USAGE', exit: 'usage' })
    expect(importFailure('a.ts', '/a.ts', own)).toBe(own)
  })
})
