import { defineRole, secret } from '#orchestrate'
import dovecot from '../../../../roles/dovecot/index.ts'
import mailstore from '../../../../roles/mailstore/index.ts'
import postfix from '../../../../roles/postfix/index.ts'
import { accountSchemas, milters, senderRewriting } from '../../../../roles/slots.ts'
import tls from '../../../../roles/tls/index.ts'
import type { Problem } from '../../../../src/kernel/errors.ts'
import type { Resource } from '../../../../src/model/resource.ts'
import { problemsOf as rolesProblems, resourcesOf as rolesResources } from '../evaluated.ts'

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
      senderRewriting({ forward: 'tcp:127.0.0.1:10001', reverse: 'tcp:127.0.0.1:10002', mode }),
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

/** Vars of a host with every option on. */
export const everything = {
  ...ordinary,
  mail: {
    ...ordinary.mail,
    domains: [
      { name: 'blue.example', quota: 1_000_000 },
      { name: 'red.example', catchall: 'bob@red.example', dmarc: { rua: 'reports@blue.example' } },
      { name: 'green.example' },
      { name: 'old.example', active: false },
    ],
  },
  ipv6: { enabled: true, address: '2001:db8::25' },
  smtp: { messageSizeLimit: 20_000_000, trustedNetworks: ['192.0.2.0/24', '2001:db8:1::/48'] },
  imap: { plainListeners: true },
  pop3: { enabled: true, plainListeners: true },
  managesieve: { public: true },
  quota: { default: 5_000_000 },
  store: { root: '/var/vmail', uid: 5000, gid: 5001 },
  tls: {
    minVersion: '1.3',
    clientNames: [
      { name: 'sv1.blue.example', key: '/etc/pki/mail/combined.pem', chain: '/etc/pki/mail/combined.pem' },
      { name: 'mail.red.example' },
    ],
  },
  outbound: { tls: 'dane' },
  auth: { scheme: 'SHA512-CRYPT', senderLoginCheck: true },
  rbl: {
    zones: [{ zone: 'bl.spamcop.net' }],
    spamhausDqsKey: secret('rbl/dqs'),
    allow: ['198.51.100.0/24'],
    deny: ['203.0.113.0/24', '2001:db8:bad::/48'],
  },
  postscreen: { enabled: true },
  rate: { auth: 10, message: 100, connection: 60 },
  accounts: {
    mailboxes: [
      { address: 'admin@blue.example', password: secret('mail/admin'), name: 'Ada' },
      { address: 'bob@red.example', password: secret('mail/bob'), updatePassword: 'always', quota: 0 },
      { address: 'gone@red.example', password: secret('mail/bob'), active: false },
    ],
    aliases: [
      { address: 'bob@red.example', to: ['bob@red.example', 'bob@elsewhere.example'] },
      { address: 'abuse@red.example', to: ['abuse@blue.example'] },
    ],
    aliasDomains: [{ name: 'green.example', target: 'red.example' }],
  },
} as const

/** A host's resources by id. */
export function resourcesOf(
  vars: object,
  { mode = 'canonical' }: { readonly mode?: 'canonical' | 'egress' } = {},
): Map<string, Resource> {
  return rolesResources([tls, mailstore, dovecot, postfix, neighbours(mode)], vars)
}

/** The mistakes that a declaration with these vars has. */
export function problemsOf(vars: object): readonly Problem[] {
  return rolesProblems([tls, mailstore, dovecot, postfix, neighbours('canonical')], vars)
}

export { textOf, wantOf } from '../evaluated.ts'
