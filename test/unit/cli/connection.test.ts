import { describe, expect, it } from 'vitest'
import { configFileProblems, connectionOf } from '../../../src/cli/connection.ts'
import { limitRoles } from '../../../src/cli/limit.ts'
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

describe('connectionOf', () => {
  it('lays host over groups over inventory, and sees relative paths from the inventory', () => {
    expect(connectionOf('mx1', source)).toEqual({
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
    expect(connectionOf('mx2', source)).toMatchObject({
      user: 'root',
      port: 2222,
      identityFile: '%d/.ssh/id',
    })
  })

  it('a named ssh config must be there, as for ssh itself', () => {
    const ssh = { ...inventory, ssh: { configFile: 'nowhere/config' }, groups: {} }
    expect(configFileProblems(['mx1', 'mx2'], { ...source, inventory: ssh })).toMatchInlineSnapshot(`
      [
        {
          "allowed": "an ssh config that exists, or 'none'; left out: ~/.ssh/config",
          "found": ""nowhere/config": /project/inventories/nowhere/config does not exist",
          "place": "ssh.configFile",
        },
      ]
    `)
    expect(configFileProblems(['mx1'], source)).toEqual([])
    const token = { ...inventory, ssh: { configFile: '%d/config' } }
    expect(configFileProblems(['mx1'], { ...source, inventory: token })).toEqual([])
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
