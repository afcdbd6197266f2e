import { z } from 'zod'
import { boundedNetwork } from '../vars/fields.ts'
import { smtpVars } from '../vars/mail.ts'

/** Vars of section `fail2ban`. */
const fail2ban = z
  .strictObject({
    enabled: z.boolean().default(false).describe('Ban addresses that fail too often from all mail ports for a while.'),
    maxRetry: z.int().min(2).default(5).describe('Failures within findSeconds after which an address is banned.'),
    findSeconds: z.int().min(60).default(600).describe('Seconds in which failures add up.'),
    banSeconds: z.int().min(60).default(600).describe('Seconds that a ban lasts.'),
    allow: z
      .array(boundedNetwork)
      .default([])
      .describe(
        'Networks that are never banned, beside the host itself and smtp.trustedNetworks; that of `orchestrate verify`, for one.',
      ),
  })
  .prefault({})
  .describe('Bans after failed logins and refused mail.')

/** What role fail2ban reads of the vars. */
export const vars = {
  fail2ban,
  smtp: smtpVars,
}
