import { describe, expect, it } from 'vitest'
import { connectionsOf } from '../../../src/cli/connection.ts'
import { limitRoles } from '../../../src/cli/roles.ts'
import { defineInventory } from '../../../src/dsl/inventory.ts'
import { definePlaybook } from '../../../src/dsl/playbook.ts'
import { secret } from '../../../src/dsl/secret-reference.ts'
import { Secret } from '../../../src/kernel/secret.ts'

const inventory = defineInventory({
  playbook: definePlaybook({ name: 'none', plays: [] }),
  ssh: {
    user: 'root',
    port: 22,
    identityFile: '../keys/id',
    configFile: 'none',
    knownHosts: '~/.ssh/known_hosts hosts.txt',
  },
  hosts: {
    mx1: { address: '203.0.113.10', groups: ['far', 'odd'], ssh: { password: secret('ssh/mx1') } },
    mx1b: { address: 'mx1b', ssh: { sudoPassword: secret('ssh/sudo') } },
    mx2: { address: 'mx2', groups: ['far'], ssh: { user: undefined, identityFile: '%d/.ssh/id' } },
  },
  groups: { far: { ssh: { proxyJump: 'bastion', port: 2222 } }, odd: { ssh: { port: 2022 } } },
})

const known = new Secret('ssh/mx1', 'x')
const source = { inventory, file: '/project/inventories/prod.ts', secret: () => known }

describe('connectionsOf', () => {
  it('lays host over groups over inventory, and sees relative paths from the inventory', () => {
    expect(connectionsOf(['mx1'], source).get('mx1')).toEqual({
      address: '203.0.113.10',
      user: 'root',
      port: 2022,
      proxyJump: 'bastion',
      identityFile: '/project/keys/id',
      configFile: 'none',
      knownHosts: '~/.ssh/known_hosts /project/inventories/hosts.txt',
      password: known,
    })
  })

  it('takes `undefined` for nothing said, and leaves tokens of ssh alone', () => {
    expect(connectionsOf(['mx2'], source).get('mx2')).toMatchObject({
      user: 'root',
      port: 2222,
      identityFile: '%d/.ssh/id',
    })
  })

  it('tells all secrets that are missing at once', () => {
    expect(() =>
      connectionsOf(['mx1', 'mx1b'], { ...source, secret: () => undefined }),
    ).toThrowErrorMatchingInlineSnapshot(`
      [OrchestrateError: 2 mistakes in the declaration; no host was contacted
        hosts.mx1, ssh.password: found secret('ssh/mx1'), which is not in the secret store; allowed: a value: orchestrate secrets set INVENTORY ssh/mx1
        hosts.mx1b, ssh.sudoPassword: found secret('ssh/sudo'), which is not in the secret store; allowed: a value: orchestrate secrets set INVENTORY ssh/sudo]
    `)
  })
})

describe('limitRoles', () => {
  const host = {
    facts: { name: 'mx1', address: 'mx1', groups: [], platform: 'el9' as const },
    declaration: { host: 'mx1', roles: ['base', 'postfix'].map((role) => ({ role, resources: [] })) },
    vars: {},
    secrets: [],
    provided: [],
    endpoints: [],
    records: [],
    checks: [],
  }

  it('leaves only the named roles, in their order', () => {
    expect(limitRoles(['postfix'], [host])[0]?.declaration.roles.map(({ role }) => role)).toEqual(['postfix'])
    expect(limitRoles(undefined, [host])).toEqual([host])
  })

  it('refuses names that no host has', () => {
    expect(() => limitRoles(['base', 'postfx'], [host])).toThrowErrorMatchingInlineSnapshot(`
      [OrchestrateError: --roles: no such role 'postfx'; did you mean postfix?
        roles of these hosts: base, postfix]
    `)
  })
})
