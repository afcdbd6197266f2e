import type { z } from 'zod'
import { cipherList } from '../ciphers.ts'
import type { Certificate, DeliveryAgent, MailStore } from '../slots.ts'
import type { imapVars, ipv6Vars, managesieveVars, pop3Vars, sieveVars, tlsVars } from '../vars/access.ts'
import type { quotaVars } from '../vars/accounts.ts'
import type { hostVars } from '../vars/host.ts'
import type { mailVars } from '../vars/mail.ts'

/** The vars that decide what Dovecot serves. */
export interface DovecotOptions {
  readonly host: z.output<typeof hostVars>
  readonly mail: z.output<typeof mailVars>
  readonly ipv6: z.output<typeof ipv6Vars>
  readonly imap: z.output<typeof imapVars>
  readonly pop3: z.output<typeof pop3Vars>
  readonly sieve: z.output<typeof sieveVars>
  readonly managesieve: z.output<typeof managesieveVars>
  readonly quota: z.output<typeof quotaVars>
  readonly tls: z.output<typeof tlsVars>
}

/** What comes from other roles. */
interface Surroundings {
  readonly store: MailStore
  readonly certificates: readonly Certificate[]
  readonly sqlFile: string
}

/** Postfix's queue directory on EL9. */
export const queue = '/var/spool/postfix'

/** The sockets that Dovecot opens for Postfix. */
export function agentOf({ rejectAtRcpt }: DovecotOptions['quota']): DeliveryAgent {
  const agent = { lmtp: 'private/dovecot-lmtp', sasl: 'private/auth' }
  return rejectAtRcpt ? { ...agent, quotaStatus: 'private/quota-status' } : agent
}

/** What the template of dovecot.conf is given. */
export function confLocals(options: DovecotOptions, { store, certificates, sqlFile }: Surroundings) {
  const { host, mail, ipv6, imap, pop3, sieve, managesieve, quota, tls } = options
  const agent = agentOf(quota)
  return {
    fqdn: host.fqdn,
    postmaster: mail.postmaster,
    ipv6: ipv6.enabled,
    protocols: ['imap', ...(pop3.enabled ? ['pop3'] : []), 'lmtp', ...(managesieve.public ? ['sieve'] : [])],
    folders: [
      ['Drafts', 'Drafts'],
      ['Junk', 'Junk'],
      ['Sent', 'Sent'],
      ['Trash', 'Trash'],
    ],
    store,
    certificates,
    sqlFile,
    queue,
    agent,
    quotaStatus: agent.quotaStatus ?? '',
    minVersion: tls.minVersion,
    ciphers: cipherList(tls),
    imapPlain: imap.plainListeners,
    pop3: pop3.enabled,
    pop3Plain: pop3.plainListeners,
    sieve: sieve.enabled,
    managesieve: managesieve.public,
  }
}
