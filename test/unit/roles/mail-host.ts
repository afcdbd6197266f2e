import { fileURLToPath } from 'node:url'
import { defineInventory, Secret, secret } from '#orchestrate'
import mail from '../../../playbooks/mail.ts'
import { templateRenderer } from '../../../src/adapters/templates.ts'
import { type EvaluatedHost, evaluate } from '../../../src/dsl/evaluate.ts'
import { mergeVars } from '../../../src/dsl/merge.ts'

const template = templateRenderer([fileURLToPath(new URL('../../../templates', import.meta.url))])

const ordinary = {
  host: { fqdn: 'sv1.blue.example' },
  mail: {
    domains: [{ name: 'blue.example' }, { name: 'red.example' }],
    primaryDomain: 'blue.example',
    postmaster: 'admin@blue.example',
  },
  accounts: { mailboxes: [{ address: 'admin@blue.example', password: secret('mail/admin') }] },
  webadmin: { sha256: '0'.repeat(64) },
}

/** One host of a fleet: its name, address and the vars over ordinary ones. */
export interface MailHostParts {
  readonly name?: string
  readonly address?: string
  readonly vars?: object
}

/** Mail servers as the mail playbook makes them. */
export function mailHosts(...parts: readonly MailHostParts[]): readonly EvaluatedHost[] {
  const hosts = parts.map(({ name = 'sv1', address = '203.0.113.10', vars = {} }) => [
    name,
    { address, groups: ['mail'], vars: mergeVars(ordinary, vars) as never },
  ])
  const inventory = defineInventory({ playbook: mail, hosts: Object.fromEntries(hosts), groups: { mail: {} } })
  return evaluate(inventory, { template, secret: (name) => new Secret(name, `the_${name.replaceAll('/', '_')}`) })
}

/** One mail server. */
export function mailHost(vars: object = {}, facts: Omit<MailHostParts, 'vars'> = {}): EvaluatedHost {
  const [host] = mailHosts({ ...facts, vars })
  if (!host) throw new Error('no host')
  return host
}
