import { z } from 'zod'
import type { VarsOf } from '#orchestrate'
import { hostVars, mailVars } from '../vars/mail.ts'
import { arcVars, srsVars } from '../vars/signing.ts'

/** Vars of section `dmarc`. */
const dmarc = z
  .strictObject({
    enforce: z
      .boolean()
      .default(false)
      .describe(
        'Refuse mail that fails DMARC where its domain asks for reject (RejectFailures); off, it is only marked.',
      ),
    holdQuarantine: z
      .boolean()
      .default(false)
      .describe(
        'Hold mail that fails DMARC where its domain asks for quarantine in Postfix’s hold queue; needs enforce.',
      ),
    reporting: z
      .enum(['off', 'import-only', 'send'])
      .default('off')
      .describe('import-only: keep results in a database. send: also mail aggregate reports to the domains, daily.'),
  })
  // OpenDMARC 1.4.2 holds nothing unless RejectFailures is on as well (opendmarc.c, DMARC_POLICY_QUARANTINE).
  .refine(({ enforce, holdQuarantine }) => enforce || !holdQuarantine, {
    path: ['holdQuarantine'],
    error: 'false while dmarc.enforce is false: OpenDMARC holds only where it also refuses',
  })
  .prefault({})
  .describe('DMARC checking of incoming mail.')

/** What role opendmarc reads of the vars. */
export const vars = {
  host: hostVars,
  mail: mailVars,
  dmarc,
  srs: srsVars,
  arc: arcVars,
}

/** The vars as the role sees them. */
export type Vars = VarsOf<typeof vars>
