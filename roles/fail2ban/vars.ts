import { z } from 'zod'
import { boundedNetwork } from '../vars/fields.ts'
import { smtpVars } from '../vars/mail.ts'

/** Vars of section `fail2ban`. */
const fail2ban = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe('Temporarily ban addresses with too many failures from all mail ports.'),
    maxRetry: z.int().min(2).default(5).describe('Failures within findSeconds after which an address is banned.'),
    findSeconds: z.int().min(60).default(600).describe('Seconds within which failures are counted.'),
    banSeconds: z.int().min(60).default(600).describe('Duration of a ban in seconds.'),
    allow: z
      .array(boundedNetwork)
      .default([])
      .describe(
        'Networks that are never banned, besides the host itself and smtp.trustedNetworks; include the machine that runs `orchestrate verify`.',
      ),
  })
  .prefault({})
  .describe('Bans after failed logins and rejected mail.')

/** What role fail2ban reads of the vars. */
export const vars = {
  fail2ban,
  smtp: smtpVars,
}
