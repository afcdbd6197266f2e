import { z } from 'zod'
import type { EvaluationPorts } from '../../../src/dsl/evaluate.ts'
import { evaluate } from '../../../src/dsl/evaluate.ts'
import { definePlaybook } from '../../../src/dsl/playbook.ts'
import { defineRole } from '../../../src/dsl/role.ts'
import { secretReference } from '../../../src/dsl/secret-reference.ts'
import { slot } from '../../../src/dsl/slot.ts'
import { DeclarationError, type Problem } from '../../../src/kernel/errors.ts'
import { Secret } from '../../../src/kernel/secret.ts'
import { Text } from '../../../src/kernel/text.ts'
import { file } from '../../../src/kinds/file.ts'

export interface Filter {
  readonly name: string
  readonly port: number
}

export const filters = slot<Filter>('filters', { first: 'providers' })
export const databases = slot<string>('databases', { first: 'collectors' })

const domain = z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'a domain name such as blue.example')

export const mailVars = z.strictObject({
  domain,
  aliases: z.array(domain).default([]),
  limits: z.strictObject({ size: z.int().positive().default(25), rate: z.int().positive().default(100) }).prefault({}),
  password: secretReference.optional(),
})

const filterVars = z.strictObject({ port: z.int().min(1).max(65535).default(8891) }).prefault({})

/** Collects filters, asks for a database. */
export const postfix = defineRole({
  name: 'postfix',
  description: 'takes mail',
  vars: { mail: mailVars },
  collects: [filters],
  secrets: () => [{ name: 'db/postfix', length: 24, description: 'database account' }],
  provides: () => [databases('postfix')],
  resources: ({ collect, vars, secret }) => [
    file({
      path: '/etc/postfix/main.cf',
      content: collect(filters)
        .map(({ name, port }) => `${name}:${port}\n`)
        .join(''),
    }),
    file({ path: '/etc/postfix/limits', content: `${vars.mail.limits.size} ${vars.mail.limits.rate}\n` }),
    file({ path: '/etc/postfix/password', mode: '0600', content: secret('db/postfix') }),
  ],
})

/** Provides a filter. */
export const opendkim = defineRole({
  name: 'opendkim',
  description: 'signs mail',
  vars: { mail: mailVars, filter: filterVars },
  provides: ({ vars }) => [filters({ name: 'opendkim', port: vars.filter.port })],
  resources: ({ vars }) => [file({ path: '/etc/opendkim.conf', content: `Domain ${vars.mail.domain}\n` })],
})

/** Collects databases: comes before those who ask for one. */
export const mariadb = defineRole({
  name: 'mariadb',
  description: 'keeps tables',
  vars: {},
  collects: [databases],
  resources: ({ collect }) => [file({ path: '/etc/databases', content: collect(databases).join('\n') })],
})

export const mail = definePlaybook({ name: 'mail', plays: [{ on: 'all', roles: [postfix, opendkim, mariadb] }] })

/** Knows every secret and renders a template as its name. */
export const ports: EvaluationPorts = {
  template: (name) => new Text([name]),
  secret: (name) => new Secret(name, `clear ${name}`),
}

/** The mistakes that evaluation finds. */
export function mistakes(
  inventory: Parameters<typeof evaluate>[0],
  with_: EvaluationPorts = ports,
): readonly Problem[] {
  try {
    evaluate(inventory, with_)
  } catch (error) {
    if (error instanceof DeclarationError) return error.problems
    throw error
  }
  return []
}
