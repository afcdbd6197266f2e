import { describe, expect, it } from 'vitest'
import { importFailure } from '../../../src/cli/load.ts'
import { DeclarationError, OrchestrateError } from '../../../src/kernel/errors.ts'
import { bugText, errorText } from '../../../src/report/errors.ts'
import { plainPaint } from '../../../src/report/layout.ts'

describe('errorText', () => {
  it('says what happened, then what to do', () => {
    const error = new OrchestrateError(
      'the secret store inventories/prod.secrets.age cannot be opened with this identity',
      {
        code: 'E_SECRET',
        exit: 'usage',
        hint: 'choose the identity it was made for with ORCHESTRATE_IDENTITY',
      },
    )
    expect(errorText(error, plainPaint, 60)).toMatchInlineSnapshot(`
      "orchestrate: the secret store inventories/prod.secrets.age
      cannot be opened with this identity
      → choose the identity it was made for with
      ORCHESTRATE_IDENTITY
      "
    `)
  })

  it('lists all mistakes of a declaration', () => {
    const error = new DeclarationError([
      { place: 'hosts.mx1.vars.host.fqdn', found: '"mx1"', allowed: 'a full name such as mx1.example.com' },
      {
        place: 'groups.mial',
        found: 'no host in this group',
        allowed: 'a group that at least one host names in its `groups`',
      },
    ])
    expect(errorText(error, plainPaint, 60)).toMatchInlineSnapshot(`
      "orchestrate: 2 mistakes in the declaration; no host was contacted
        hosts.mx1.vars.host.fqdn
          found    "mx1"
          allowed  a full name such as mx1.example.com
        groups.mial
          found    no host in this group
          allowed  a group that at least one host names in its
                   \`groups\`
      "
    `)
  })
})

it('bugText shows stack and cause and asks for a report', () => {
  const error = Object.assign(new Error('role x failed', { cause: 'odd' }), {
    stack: 'Error: role x failed\n    at here',
  })
  expect(bugText(error, 'orchestrate 1.2.3 (Node …)')).toMatchInlineSnapshot(`
    "Error: role x failed
        at here
    caused by: odd
    orchestrate: this is a bug in orchestrate 1.2.3 (Node …)
    → please report it with the lines above
    "
  `)
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
