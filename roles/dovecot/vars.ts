import { z } from 'zod'
import type { VarsOf } from '#orchestrate'
import { authVars, ipv6Vars, managesieveVars, pop3Vars, quotaVars, tlsVars } from '../vars/access.ts'
import { hostVars, mailVars } from '../vars/mail.ts'

/** Vars of section `imap`. */
const imap = z
  .strictObject({ plainListeners: z.boolean().default(false).describe('Also listen on 143 (STARTTLS required).') })
  .prefault({})
  .describe('IMAP.')

/** Vars of section `sieve`. */
const sieve = z
  .strictObject({ enabled: z.boolean().default(true).describe('Run users’ Sieve scripts at delivery.') })
  .prefault({})
  .describe('Sieve.')

/** What role dovecot reads of the vars. */
export const vars = {
  host: hostVars,
  mail: mailVars,
  ipv6: ipv6Vars,
  imap,
  pop3: pop3Vars,
  sieve,
  managesieve: managesieveVars,
  quota: quotaVars,
  tls: tlsVars,
  auth: authVars,
}

/** The vars as the role sees them. */
export type Vars = VarsOf<typeof vars>
