import { z } from 'zod'
import type { VarsOf } from '#orchestrate'
import { authVars } from '../vars/access.ts'
import { address, network } from '../vars/fields.ts'
import { hostVars, mailVars } from '../vars/mail.ts'

/** Vars of section `webadmin`. */
const webadmin = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe('Serve the web interface. If false, only the tables and the command line are installed.'),
    version: z
      .string()
      .regex(/^3\.3\.\d+$/, 'a 3.3.x version')
      .default('3.3.16')
      .describe('Release of PostfixAdmin.'),
    source: z
      .union([
        z.strictObject({ url: z.url().describe('URL that the controller downloads from.') }),
        z.strictObject({ file: z.string().describe('Path on the controller.') }),
      ])
      .optional()
      .describe('Location of the release archive, either url or file; default: the release on GitHub.'),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, '64 hex digits')
      .optional()
      .describe('SHA-256 of the archive; required even if enabled is false, because the tables come from it.'),
    allowFrom: z
      .array(network)
      .default([])
      .describe('Networks that may access it over HTTPS; by default only the host itself.'),
    resolveDomains: z
      .boolean()
      .default(true)
      .describe('Refuse addresses in domains that do not resolve; disable it while DNS is not set up yet.'),
    admin: address.optional().describe('Superadmin account; default mail.postmaster.'),
  })
  .prefault({})
  .describe('PostfixAdmin.')

/** What role postfixadmin reads of the vars. */
export const vars = {
  host: hostVars,
  mail: mailVars,
  webadmin,
  auth: authVars,
}

/** The vars as the role sees them. */
export type Vars = VarsOf<typeof vars>
