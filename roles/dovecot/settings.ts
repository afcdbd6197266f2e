import { cipherList } from '../lib/ciphers.ts'
import type { Certificate, DeliveryAgent, MailStore } from '../slots.ts'
import type { Vars } from './vars.ts'

/** What comes from other roles. */
interface Surroundings {
  readonly store: MailStore
  readonly certificates: readonly Certificate[]
  readonly sqlFile: string
}

/** Postfix's queue directory on EL9. */
export const queue = '/var/spool/postfix'

/** The sockets that Dovecot opens for Postfix. */
export function agentOf({ rejectAtRcpt }: Vars['quota']): DeliveryAgent {
  const agent = { lmtp: 'private/dovecot-lmtp', sasl: 'private/auth' }
  return rejectAtRcpt ? { ...agent, quotaStatus: 'private/quota-status' } : agent
}

/** Locals of the template of dovecot.conf. */
export function confLocals(options: Vars, { store, certificates, sqlFile }: Surroundings) {
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
