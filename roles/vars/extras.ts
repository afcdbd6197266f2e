import { z } from 'zod'
import { address, fqdn, once } from './fields.ts'

// RFC 8461, 3.2: at most one year (31557600 s). Less than a day would expire between two deliveries.
const maxAge = z
  .int()
  .min(86_400)
  .max(31_557_600)
  .default(604_800)
  .describe('Seconds that other servers cache the policy.')

const mtaSts = z.strictObject({
  mode: z
    .enum(['testing', 'enforce'])
    .default('testing')
    .describe('testing: failures are only reported (tlsRpt). enforce: other servers do not deliver without valid TLS.'),
  maxAge,
  mx: z
    .array(fqdn)
    .superRefine(once('server'))
    .default([])
    .describe(
      'Other mail servers of the same domains; all hosts of a domain must have the same list, counting themselves.',
    ),
})

/** Vars of section `extras`. */
export const extrasVars = z
  .strictObject({
    mtaSts: z
      .union([z.boolean(), mtaSts])
      .default(false)
      .describe(
        'MTA-STS (RFC 8461): other servers deliver only over TLS and only to the declared servers. Served at https://mta-sts.DOMAIN for every active domain; each of these names must be in tls.clientNames. true is mode testing.',
      ),
    tlsRpt: z
      .union([z.boolean(), address])
      .default(false)
      .describe(
        'TLS-RPT record (RFC 8460): where other servers report TLS failures. true is mail.postmaster; any other address must exist.',
      ),
    autoconfig: z
      .boolean()
      .default(false)
      .describe(
        'Client settings in Thunderbird’s format at https://autoconfig.DOMAIN for every active domain; each of these names must be in tls.clientNames.',
      ),
    caa: z
      .union([z.boolean(), z.array(fqdn).min(1, 'at least one issuer, or false').superRefine(once('issuer'))])
      .default(false)
      .describe(
        'CAA records: which authorities may issue certificates for the domains and the names in them. true is letsencrypt.org.',
      ),
    caaIodef: address
      .optional()
      .describe('Where authorities report requests that they refused; the address must exist.'),
    dane: z
      .boolean()
      .default(false)
      .describe(
        'TLSA record (3 1 1) of the certificate on port 25. The zone of host.fqdn must be signed (DNSSEC). A renewal must keep the key, or the record of the new key must be published first.',
      ),
  })
  .refine(({ caa, caaIodef }) => caaIodef === undefined || caa !== false, {
    path: ['caaIodef'],
    error: 'none while caa is false',
  })
  .prefault({})
  .describe('Optional records and web services for other servers and mail programs; all off by default.')
