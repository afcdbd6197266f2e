import { defineRole, secret } from '#orchestrate'
import dovecot from '../../../../roles/dovecot/index.ts'
import mailstore from '../../../../roles/mailstore/index.ts'
import postfix from '../../../../roles/postfix/index.ts'
import { accountSchemas, milters, senderRewriting } from '../../../../roles/slots.ts'
import tls from '../../../../roles/tls/index.ts'
import type { Problem } from '../../../../src/kernel/errors.ts'
import type { Resource } from '../../../../src/model/resource.ts'
import { problemsOf as rolesProblems, resourcesOf as rolesResources } from '../evaluated.ts'
import { everythingOf } from '../everything.ts'

const local = 'inet:127.0.0.1'

/** Stands for the roles that are not under test: tables, filters and sender rewriting as they provide them. */
function neighbours(mode: 'canonical' | 'egress') {
  return defineRole({
    name: 'neighbours',
    description: 'What the other roles provide.',
    vars: {},
    provides: () => [
      accountSchemas({ database: 'postfix' }),
      milters({ name: 'openarc', endpoint: `${local}:8892`, order: 30, on: ['inbound'], whenDown: 'accept' }),
      milters({ name: 'opendkim', endpoint: `${local}:8891`, order: 10, on: ['inbound', 'submission', 'local'] }),
      milters({ name: 'opendmarc', endpoint: `${local}:8893`, order: 20, on: ['inbound'] }),
      ...(mode === 'egress'
        ? [milters({ name: 'openarc-egress', endpoint: `${local}:8894`, order: 30, on: ['egress'] })]
        : []),
      senderRewriting({
        forward: 'tcp:127.0.0.1:10001',
        reverse: 'tcp:127.0.0.1:10002',
        mode,
        domain: 'blue.example',
      }),
    ],
    *resources() {},
  })
}

/** Vars of a host with the ordinary settings. */
export const ordinary = {
  host: { fqdn: 'sv1.blue.example' },
  mail: {
    primaryDomain: 'blue.example',
    postmaster: 'admin@blue.example',
    domains: [{ name: 'blue.example' }, { name: 'red.example' }],
  },
  tls: { clientNames: [{ name: 'mail.blue.example' }, { name: 'mail.red.example' }] },
  accounts: { mailboxes: [{ address: 'admin@blue.example', password: secret('mail/admin') }] },
  auth: { cost: 4 },
}

const roles = (mode: 'canonical' | 'egress') => [tls, mailstore, dovecot, postfix, neighbours(mode)]

/** Vars of a host with every option on. */
export const everything = everythingOf(roles('canonical'))

/** A host's resources by id. */
export function resourcesOf(
  vars: object,
  { mode = 'canonical' }: { readonly mode?: 'canonical' | 'egress' } = {},
): Map<string, Resource> {
  return rolesResources(roles(mode), vars)
}

/** The mistakes that a declaration with these vars has. */
export function problemsOf(vars: object): readonly Problem[] {
  return rolesProblems(roles('canonical'), vars)
}

export { textOf, wantOf } from '../evaluated.ts'
