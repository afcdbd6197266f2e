import { z } from 'zod'
import type { VarsOf } from '#orchestrate'
import { hostVars, mailVars, smtpVars } from '../vars/mail.ts'
import { arcVars, srsVars } from '../vars/signing.ts'

/** Vars of section `dmarc`. */
const dmarc = z
  .strictObject({
    enforce: z
      .boolean()
      .default(false)
      .describe(
        'Reject mail that fails DMARC if its domain publishes p=reject (RejectFailures). If false, the result is only added as a header.',
      ),
    holdQuarantine: z
      .boolean()
      .default(false)
      .describe(
        'Put mail that fails DMARC into Postfix’s hold queue if its domain publishes p=quarantine; requires enforce.',
      ),
    reporting: z
      .enum(['off', 'import-only', 'send'])
      .default('off')
      .describe('import-only: store results in a database. send: also send daily aggregate reports to the domains.'),
  })
  // OpenDMARC 1.4.2 holds nothing unless RejectFailures is on as well (opendmarc.c, DMARC_POLICY_QUARANTINE).
  .refine(({ enforce, holdQuarantine }) => enforce || !holdQuarantine, {
    path: ['holdQuarantine'],
    error: 'false while dmarc.enforce is false: OpenDMARC holds mail only if it also rejects',
  })
  .prefault({})
  .describe('DMARC checks of incoming mail.')

/** What role opendmarc reads of the vars. */
export const vars = {
  host: hostVars,
  mail: mailVars,
  smtp: smtpVars,
  dmarc,
  srs: srsVars,
  arc: arcVars,
}

/** The vars as the role sees them. */
export type Vars = VarsOf<typeof vars>
