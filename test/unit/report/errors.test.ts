import { describe, expect, it } from 'vitest'
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
