import { expect, test } from 'vitest'
import { defineInventory } from '../../../src/dsl/inventory.ts'
import { definePlaybook } from '../../../src/dsl/playbook.ts'
import { defineRole, type SecretNeed } from '../../../src/dsl/role.ts'
import { secretNeeds } from '../../../src/dsl/secret-needs.ts'
import { secret } from '../../../src/dsl/secret-reference.ts'
import { mail, mailVars } from './sample.ts'

const hosts = { sv1: { address: '192.0.2.1' }, sv2: { address: '192.0.2.2' } }
const vars = { mail: { domain: 'blue.example' } }

function needing(name: string, ...needs: SecretNeed[]) {
  return defineRole({ name, description: name, vars: { mail: mailVars }, secrets: () => needs, resources: () => [] })
}

function needsOf(roles: ReturnType<typeof needing>[], more = {}) {
  const playbook = definePlaybook({ name: 'p', plays: [{ on: 'all', roles }] })
  return secretNeeds(defineInventory<unknown>({ playbook, hosts, vars, ...more }))
}

test('what roles declare, once for all hosts; the usual length where none is said', () => {
  expect(
    needsOf([
      needing('a', { name: 'x', description: 'first' }),
      needing('b', { name: 'y', length: 8, description: '' }),
    ]),
  ).toEqual([
    { name: 'x', length: 32, description: 'first', roles: ['a'], places: [] },
    { name: 'y', length: 8, description: '', roles: ['b'], places: [] },
  ])
})

test('two roles of one name: the longer one; what a person must set stays so', () => {
  const lengths = (...all: (number | null)[]) =>
    needsOf(all.map((length, index) => needing(`r${index}`, { name: 'x', length, description: '' })))[0]?.length
  expect([lengths(8, 16), lengths(16, 8), lengths(8, null), lengths(null, 8)]).toEqual([16, 16, null, null])
})

test('what vars and ssh settings name is set by hand, unless a role generates it', () => {
  const named = {
    ssh: { password: secret('ssh/password') },
    groups: { mail: { ssh: { sudoPassword: secret('sudo') } } },
    hosts: { sv1: { address: '192.0.2.1', groups: ['mail'], vars: { mail: { password: secret('made') } } } },
  }
  expect(needsOf([needing('a', { name: 'made', length: 20, description: '' })], named)).toEqual([
    { name: 'made', length: 20, description: '', roles: ['a'], places: ['hosts.sv1.vars.mail.password'] },
    { name: 'ssh/password', length: null, description: '', roles: [], places: ['ssh.password'] },
    { name: 'sudo', length: null, description: '', roles: [], places: ['groups.mail.ssh.sudoPassword'] },
  ])
})

test('references in defaults and in lists are found as well', () => {
  const relay = { password: mailVars.shape.password.default(secret('from/default')) }
  const role = defineRole({
    name: 'relay',
    description: 'x',
    vars: { relay: mailVars.extend(relay) },
    resources: () => [],
  })
  const playbook = definePlaybook({ name: 'p', plays: [{ on: 'all', roles: [role] }] })
  const inventory = defineInventory<unknown>({ playbook, hosts, vars: { relay: { domain: 'blue.example' } } })
  expect(secretNeeds(inventory)).toEqual([
    { name: 'from/default', length: null, description: '', roles: [], places: ['vars of sv1.relay.password'] },
  ])
})

test('mistakes in the inventory are told, as needs may depend on vars', () => {
  expect(() => secretNeeds(defineInventory({ playbook: mail, hosts, vars: { mail: { domain: 'x' } } }))).toThrow(
    '1 mistake in the declaration',
  )
  expect(() => secretNeeds({ hosts } as never)).toThrow('a playbook made by definePlaybook')
})
