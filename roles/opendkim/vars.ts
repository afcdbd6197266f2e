import { z } from 'zod'
import type { VarsOf } from '#orchestrate'
import { hostVars, mailVars, smtpVars } from '../vars/mail.ts'
import { arcVars, dkimVars, srsVars } from '../vars/signing.ts'

/** Vars of section `forwarding`. */
const forwarding = z
  .strictObject({
    resign: z
      .enum(['off', 'srsDomain'])
      .default('off')
      .describe(
        'DKIM signatures of this host on forwarded mail. off: none, since they would vouch for what others wrote; the author’s signatures stay, SRS makes SPF pass, and ARC states what was checked. srsDomain: sign for the SRS domain, so that unsigned mail arrives signed; needs srs.mode egress.',
      ),
  })
  .prefault({})
  .describe('Forwarding.')

/** What role opendkim reads of the vars. */
export const vars = {
  host: hostVars,
  mail: mailVars,
  smtp: smtpVars,
  dkim: dkimVars,
  srs: srsVars,
  forwarding,
  // The name of the next DKIM selector must not be the ARC one.
  arc: arcVars,
}

/** The vars as the role sees them. */
export type Vars = VarsOf<typeof vars>
