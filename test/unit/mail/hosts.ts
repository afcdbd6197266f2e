import type { EvaluatedHost } from '../../../src/dsl/evaluate.ts'
import { type MailHost, mailHost } from '../../../src/mail/facts.ts'

const roles = [
  'postfix',
  'dovecot',
  'opendkim',
  'opendmarc',
  'openarc',
  'postsrsd',
  'postfixadmin',
  'discovery',
  'httpd',
]

/** A mail host with the given vars over ordinary ones. */
export function mailHostOf(
  vars: Record<string, Record<string, unknown>>,
  facts: { name?: string; address?: string } = {},
): MailHost {
  const { name = 'sv1', address = '203.0.113.10' } = facts
  const mail = {
    domains: [{ name: 'blue.example' }, { name: 'red.example' }],
    primaryDomain: 'blue.example',
    postmaster: 'admin@blue.example',
    ...vars['mail'],
  }
  const evaluated: EvaluatedHost = {
    facts: { name, address, groups: ['mail'], platform: 'el9' },
    declaration: { host: name, roles: roles.map((role) => ({ role, resources: [] })) },
    vars: { host: { fqdn: 'sv1.blue.example' }, ...vars, mail },
    secrets: [],
    provided: [],
    endpoints: [],
    records: [],
    checks: [],
  }
  const host = mailHost(evaluated)
  if (!host) throw new Error('these vars make no mail host')
  return host
}
