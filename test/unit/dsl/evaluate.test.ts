import { expect, test } from 'vitest'
import { z } from 'zod'
import { evaluate } from '../../../src/dsl/evaluate.ts'
import { defineInventory, isInventory } from '../../../src/dsl/inventory.ts'
import { definePlaybook } from '../../../src/dsl/playbook.ts'
import { defineRole } from '../../../src/dsl/role.ts'
import { slot } from '../../../src/dsl/slot.ts'
import { directory } from '../../../src/kinds/directory.ts'
import { file } from '../../../src/kinds/file.ts'
import { hostname } from '../../../src/kinds/hostname.ts'
import { link } from '../../../src/kinds/link.ts'
import { absent } from '../../../src/kinds/support/define.ts'
import type { Resource } from '../../../src/model/resource.ts'
import { databases, filters, mail, mariadb, mistakes, opendkim, ports, postfix } from './sample.ts'

const hosts = { sv1: { address: '192.0.2.1' } }
const vars = { mail: { domain: 'blue.example' } }

function role(name: string, resources: readonly Resource[], collects = {}) {
  return defineRole({ name, description: name, vars: {}, ...collects, resources: () => resources })
}

function evaluated(...roles: ReturnType<typeof role>[]) {
  return defineInventory({ playbook: definePlaybook({ name: 'p', plays: [{ on: 'all', roles }] }), hosts })
}

test('slots put roles in order, whatever the playbook says; where they do not care, its order stays', () => {
  const [host] = evaluate(defineInventory({ playbook: mail, hosts, vars }), ports)
  expect(host?.declaration.roles.map(({ role: name }) => name)).toEqual(['opendkim', 'mariadb', 'postfix'])
  const [other] = evaluate(evaluated(role('c', []), role('a', []), role('b', [])), ports)
  expect(other?.declaration.roles.map(({ role: name }) => name)).toEqual(['c', 'a', 'b'])
})

test('a role names those that it depends on: when one of them fails, it is not reached', () => {
  const [host] = evaluate(defineInventory({ playbook: mail, hosts, vars }), ports)
  const after = new Map(host?.declaration.roles.map((one) => [one.role, one.after]))
  expect(Object.fromEntries(after)).toEqual({ opendkim: [], mariadb: [], postfix: ['opendkim', 'mariadb'] })
})

test('collected values come in role order; a role collects nothing that nobody provides', () => {
  const provider = (name: string, port: number) =>
    defineRole({ name, description: name, vars: {}, provides: () => [filters({ name, port })], resources: () => [] })
  const seen: unknown[] = []
  const collector = defineRole({
    name: 'collector',
    description: 'x',
    vars: {},
    collects: [filters, databases],
    resources: ({ collect }) => {
      seen.push(collect(filters), collect(databases))
      return []
    },
  })
  const playbook = definePlaybook({
    name: 'p',
    plays: [{ on: 'all', roles: [collector, provider('b', 2), provider('a', 1)] }],
  })
  evaluate(defineInventory({ playbook, hosts }), ports)
  expect(seen).toEqual([
    [
      { name: 'b', port: 2 },
      { name: 'a', port: 1 },
    ],
    [],
  ])
})

test('a circle of roles is told with its members', () => {
  const one = slot<string>('one', { first: 'providers' })
  const two = slot<string>('two', { first: 'providers' })
  const link = (name: string, provides: typeof one, collects: typeof one) =>
    defineRole({
      name,
      description: name,
      vars: {},
      collects: [collects],
      provides: () => [provides('x')],
      resources: () => [],
    })
  const playbook = definePlaybook({
    name: 'p',
    plays: [{ on: 'all', roles: [link('a', one, two), link('b', two, one)] }],
  })
  expect(mistakes(defineInventory({ playbook, hosts }))).toEqual([
    {
      place: 'playbook, order of roles',
      found: 'a circle: a → b → a',
      allowed: 'slots that put every role before or after another',
    },
  ])
})

test('a role may provide to itself', () => {
  const self = defineRole({
    name: 'self',
    description: 'x',
    vars: {},
    collects: [filters],
    provides: () => [filters({ name: 'self', port: 1 })],
    resources: ({ collect }) => [file({ path: '/x', content: JSON.stringify(collect(filters)) })],
  })
  const playbook = definePlaybook({ name: 'p', plays: [{ on: 'all', roles: [self] }] })
  const [host] = evaluate(defineInventory({ playbook, hosts }), ports)
  expect(host?.declaration.roles[0]?.resources[0]?.want).toMatchObject({ content: '[{"name":"self","port":1}]' })
})

test('host over group over inventory over default; lists are replaced whole; later groups win', () => {
  const inventory = defineInventory({
    playbook: mail,
    hosts: {
      sv1: { address: '192.0.2.1', groups: ['mail', 'big'], vars: { mail: { limits: { rate: 4 } } } },
      sv2: { address: '192.0.2.2', groups: ['big', 'mail'] },
      sv3: { address: '192.0.2.3' },
    },
    groups: {
      mail: { vars: { mail: { limits: { size: 3, rate: 3 }, aliases: ['red.example'] } } },
      big: { vars: { mail: { limits: { size: 9 } } } },
    },
    vars: { mail: { domain: 'blue.example', limits: { size: 2 }, aliases: ['a.example', 'b.example'] } },
  })
  expect(evaluate(inventory, ports).map((host) => host.vars['mail'])).toEqual([
    { domain: 'blue.example', limits: { size: 9, rate: 4 }, aliases: ['red.example'] },
    { domain: 'blue.example', limits: { size: 3, rate: 3 }, aliases: ['red.example'] },
    { domain: 'blue.example', limits: { size: 2, rate: 100 }, aliases: ['a.example', 'b.example'] },
  ])
})

test('plays choose roles by group; a role named twice comes once', () => {
  const playbook = definePlaybook({
    name: 'p',
    plays: [
      { on: 'all', roles: [mariadb] },
      { on: 'mail', roles: [opendkim, mariadb] },
    ],
  })
  const inventory = defineInventory({
    playbook,
    hosts: { sv1: { address: '192.0.2.1', groups: ['mail'] }, db1: { address: '192.0.2.2' } },
    vars,
  })
  expect(evaluate(inventory, ports).map(({ declaration }) => declaration.roles.map((one) => one.role))).toEqual([
    ['mariadb', 'opendkim'],
    ['mariadb'],
  ])
})

test('equal resources of two roles become one, in the first role; different ones are a mistake', () => {
  const dir = () => directory({ path: '/etc/pki/mail', mode: '0755' })
  const [host] = evaluate(evaluated(role('a', [dir()]), role('b', [dir(), file({ path: '/b', content: 'b' })])), ports)
  expect(host?.declaration.roles.map(({ resources }) => resources.map(({ id }) => id))).toEqual([
    ['directory:/etc/pki/mail'],
    ['file:/b'],
  ])
  expect(
    mistakes(evaluated(role('a', [dir()]), role('b', [directory({ path: '/etc/pki/mail', mode: '0700' })]))),
  ).toEqual([
    {
      place: 'role b, directory:/etc/pki/mail',
      found: 'another declaration than in role a',
      allowed: 'one declaration, or two that are equal',
    },
  ])
})

test('one thing of a host is declared in one way, whatever kind speaks of it', () => {
  const path = '/etc/pki/mail'
  const [tree, text, other] = [directory({ path }), file({ path, content: '' }), link({ path, target: '/x' })]
  expect(mistakes(evaluated(role('a', [tree]), role('b', [absent(directory({ path }))])))).toEqual([
    { place: 'role b, directory:/etc/pki/mail', found: 'absent here, present in role a', allowed: 'one of the two' },
  ])
  expect(mistakes(evaluated(role('a', [absent(text)]), role('b', [tree])))).toEqual([
    {
      place: 'role b, directory:/etc/pki/mail',
      found: 'present here, absent in role a (file:/etc/pki/mail)',
      allowed: 'one of the two',
    },
  ])
  expect(mistakes(evaluated(role('a', [text]), role('b', [other])))).toEqual([
    {
      place: 'role b, link:/etc/pki/mail',
      found: 'another declaration than in role a (file:/etc/pki/mail)',
      allowed: 'one declaration, or two that are equal',
    },
  ])
  expect(mistakes(evaluated(role('a', [absent(text)]), role('b', [absent(file({ path }))])))).toEqual([])
  const inside = file({ path: `${path}/key.pem`, content: '' })
  expect(mistakes(evaluated(role('a', [inside]), role('b', [absent(directory({ path, recursive: true }))])))).toEqual([
    {
      place: 'role a, file:/etc/pki/mail/key.pem',
      found: 'present, but below directory:/etc/pki/mail, which is absent in role b',
      allowed: 'one of the two',
    },
  ])
  const names = ['a', 'b'].map((name) => role(name, [hostname({ name: `${name}.blue.example` })]))
  expect(mistakes(evaluated(...names))).toMatchObject([{ place: 'role b, hostname:b.blue.example' }])
})

test('contents that differ only in a secret or in bytes are different', () => {
  const bytes = (text: string) => file({ path: '/x', content: Buffer.from(text) })
  expect(mistakes(evaluated(role('a', [bytes('1')]), role('b', [bytes('1')])))).toEqual([])
  expect(mistakes(evaluated(role('a', [bytes('1')]), role('b', [bytes('2')])))).toHaveLength(1)
  const hidden = (name: string) =>
    defineRole({
      name,
      description: name,
      vars: {},
      resources: ({ secret }) => [file({ path: '/x', content: secret(name) })],
    })
  const playbook = definePlaybook({ name: 'p', plays: [{ on: 'all', roles: [hidden('a'), hidden('b')] }] })
  expect(mistakes(defineInventory({ playbook, hosts }))).toHaveLength(1)
})

test('a role refuses what no schema can see', () => {
  const picky = defineRole({
    name: 'picky',
    description: 'x',
    vars: {},
    resources: ({ refuse, host }) => {
      refuse('vars.mail.tls', `one certificate on ${host.name}`, 'two, when SNI is on')
      return []
    },
  })
  const playbook = definePlaybook({ name: 'p', plays: [{ on: 'all', roles: [picky] }] })
  expect(mistakes(defineInventory({ playbook, hosts }))).toEqual([
    { place: 'vars.mail.tls', found: 'one certificate on sv1', allowed: 'two, when SNI is on' },
  ])
})

test('an unexpected error of role code is a bug that names role and host', () => {
  const broken = defineRole({
    name: 'broken',
    description: 'x',
    vars: {},
    resources: () => {
      throw new TypeError('oops')
    },
  })
  const playbook = definePlaybook({ name: 'p', plays: [{ on: 'all', roles: [broken] }] })
  expect(() => evaluate(defineInventory({ playbook, hosts }), ports)).toThrow('role broken failed on host sv1')
})

test('two roles that give one section two schemas', () => {
  const other = defineRole({ name: 'other', description: 'x', vars: { mail: z.object({}) }, resources: () => [] })
  const playbook = definePlaybook({ name: 'p', plays: [{ on: 'all', roles: [postfix, other] }] })
  const inventory = defineInventory<unknown>({ playbook, hosts, vars })
  expect(mistakes(inventory)).toContainEqual({
    place: 'role other, vars.mail',
    found: 'another schema',
    allowed: 'the schema that role postfix uses',
  })
})

test('secrets of a host are those that its roles asked for', () => {
  const [host] = evaluate(defineInventory({ playbook: mail, hosts, vars }), ports)
  expect(host?.secrets.map(String)).toEqual(['<secret:db/postfix>'])
  expect(JSON.stringify(host)).not.toContain('clear')
})

test('an inventory is known by its mark, not by its shape', () => {
  const inventory = defineInventory({ playbook: mail, hosts, vars })
  expect([
    isInventory(inventory),
    isInventory({ ...inventory }),
    isInventory({ playbook: mail, hosts }),
    isInventory(null),
  ]).toEqual([true, true, false, false])
})
