import { z } from 'zod'
import type { VarsOf } from '#orchestrate'
import { hostVars, mailVars } from '../vars/mail.ts'
import { arcVars, dkimVars, srsVars } from '../vars/signing.ts'

/** Vars of section `forwarding`. */
const forwarding = z
  .strictObject({
    resign: z
      .enum(['off', 'srsDomain'])
      .default('off')
      .describe('srsDomain: DKIM-sign forwarded mail for the SRS domain; needs srs.mode egress.'),
  })
  .prefault({})
  .describe('Forwarding.')

/** What role opendkim reads of the vars. */
export const vars = {
  host: hostVars,
  mail: mailVars,
  dkim: dkimVars,
  srs: srsVars,
  forwarding,
  // The name of the next DKIM selector must not be the ARC one.
  arc: arcVars,
}

/** The vars as the role sees them. */
export type Vars = VarsOf<typeof vars>
