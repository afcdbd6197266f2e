import { expect, test } from 'vitest'
import { defineInventory } from '../../../src/dsl/inventory.ts'
import { definePlaybook } from '../../../src/dsl/playbook.ts'
import { defineRole } from '../../../src/dsl/role.ts'
import { secret } from '../../../src/dsl/secret-reference.ts'
import { slot } from '../../../src/dsl/slot.ts'
import { sh } from '../../../src/kernel/sh.ts'
import { command } from '../../../src/kinds/command.ts'
import { file } from '../../../src/kinds/file.ts'
import { absent } from '../../../src/kinds/support/define.ts'
import type { Resource } from '../../../src/model/resource.ts'
import { type Filter, filters, mail, mailVars } from './sample.ts'

// tsc is the test: an `@ts-expect-error` without an error below it does not compile. Nothing here is called.
const address = '192.0.2.1'
const hosts = { sv1: { address } }

const right = () => [
  defineInventory({
    playbook: mail,
    ssh: { user: 'root', sudoPassword: secret('sudo') },
    hosts: { sv1: { address, groups: ['mail'], vars: { mail: { limits: { rate: 5 } } } } },
    groups: { mail: { vars: { filter: { port: 8891 } } } },
    vars: { mail: { domain: 'blue.example', aliases: ['red.example'], password: secret('mail/admin') } },
  }),
  defineInventory({ playbook: mail, hosts }),
]

const wrongInventories = () => [
  // @ts-expect-error a section that no role reads
  defineInventory({ playbook: mail, hosts, vars: { mial: { domain: 'blue.example' } } }),
  // @ts-expect-error a misspelt var
  defineInventory({ playbook: mail, hosts, vars: { mail: { domian: 'blue.example' } } }),
  // @ts-expect-error a misspelt var further down
  defineInventory({ playbook: mail, hosts, vars: { mail: { limits: { sise: 25 } } } }),
  // @ts-expect-error a var of another type
  defineInventory({ playbook: mail, hosts, vars: { mail: { limits: { size: '25 MB' } } } }),
  // @ts-expect-error a list of another type
  defineInventory({ playbook: mail, hosts, vars: { mail: { aliases: [5] } } }),
  // @ts-expect-error the host level is checked as well
  defineInventory({ playbook: mail, hosts: { sv1: { address, vars: { mail: { domain: 5 } } } } }),
  // @ts-expect-error so is the group level
  defineInventory({ playbook: mail, hosts, groups: { mail: { vars: { filter: { prot: 1 } } } } }),
  // @ts-expect-error a host needs an address
  defineInventory({ playbook: mail, hosts: { sv1: { adress: address } } }),
  // @ts-expect-error passwords are named, not written
  defineInventory({ playbook: mail, hosts, ssh: { password: 'hunter22' } }),
  // @ts-expect-error a secret stands where a secret belongs
  defineInventory({ playbook: mail, hosts, vars: { mail: { password: 'hunter22' } } }),
  // @ts-expect-error one platform is known
  defineInventory({ playbook: mail, hosts, platform: 'debian12' }),
  // @ts-expect-error every inventory is for a playbook
  defineInventory({ hosts }),
]

const wrongPlaybooks = () => [
  // @ts-expect-error roles are values, not names
  definePlaybook({ name: 'p', plays: [{ on: 'all', roles: ['postfix'] }] }),
  // @ts-expect-error a play is for somebody
  definePlaybook({ name: 'p', plays: [{ roles: [] }] }),
]

const typedRole = defineRole({
  name: 'typed',
  description: 'x',
  vars: { mail: mailVars },
  collects: [filters],
  resources: ({ vars, collect, template }) => {
    const size: number = vars.mail.limits.size
    const values: readonly Filter[] = collect(filters)
    // @ts-expect-error a var that the schema does not have
    vars.mail.nothing
    // @ts-expect-error a section that the role does not read
    vars.filter
    // @ts-expect-error collected values have the slot's type
    const texts: readonly string[] = collect(filters)
    // @ts-expect-error vars are given, not changed
    vars.mail = undefined
    return [file({ path: '/x', content: template('x.ejs', { size, values, texts }) })]
  },
})

const wrongValues = () => [
  // @ts-expect-error a slot takes its own type only
  filters({ name: 'opendkim' }),
  // @ts-expect-error a slot says which side comes first
  slot<string>('x', {}),
  // @ts-expect-error a file without content can only be absent
  [file({ path: '/x' })] satisfies Resource[],
  [absent(file({ path: '/x' }))] satisfies Resource[],
  // @ts-expect-error a command is not a thing that goes
  absent(command({ name: 'x', run: sh`:`, creates: '/x' })),
  // @ts-expect-error a misspelt field
  file({ path: '/x', content: '', mod: '0644' }),
  // @ts-expect-error a mode is text, because 0644 the number is something else
  file({ path: '/x', content: '', mode: 0o644 }),
]

test('the lines above compile', () => {
  expect([right, wrongInventories, wrongPlaybooks, wrongValues].map((one) => typeof one)).toEqual(
    Array(4).fill('function'),
  )
  expect(typedRole.name).toBe('typed')
})
