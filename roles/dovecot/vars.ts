import { z } from 'zod'
import type { VarsOf } from '#orchestrate'
import { authVars, ipv6Vars, quotaVars, tlsVars } from '../vars/access.ts'
import { hostVars, mailVars } from '../vars/mail.ts'

/** Vars of section `imap`. */
const imap = z
  .strictObject({ plainListeners: z.boolean().default(false).describe('Also listen on 143 (STARTTLS required).') })
  .prefault({})
  .describe('IMAP.')

/** Vars of section `pop3`. */
const pop3 = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Serve POP3 over TLS on 995.'),
    plainListeners: z.boolean().default(false).describe('Also listen on 110 (STARTTLS required).'),
  })
  .prefault({})
  .describe('POP3.')

/** Vars of section `sieve`. */
const sieve = z
  .strictObject({ enabled: z.boolean().default(true).describe('Run users’ Sieve scripts at delivery.') })
  .prefault({})
  .describe('Sieve.')

/** Vars of section `managesieve`. */
const managesieve = z
  .strictObject({
    public: z.boolean().default(false).describe('Serve ManageSieve on port 4190 and open it in the firewall.'),
  })
  .prefault({})
  .describe('ManageSieve.')

/** What role dovecot reads of the vars. */
export const vars = {
  host: hostVars,
  mail: mailVars,
  ipv6: ipv6Vars,
  imap,
  pop3,
  sieve,
  managesieve,
  quota: quotaVars,
  tls: tlsVars,
  auth: authVars,
}

/** The vars as the role sees them. */
export type Vars = VarsOf<typeof vars>
