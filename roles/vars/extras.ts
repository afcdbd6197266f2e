import { z } from 'zod'
import { address, fqdn, once } from './fields.ts'

// RFC 8461, 3.2: at most a year and a leap day's worth of seconds; under a day nobody would have it when it matters.
const maxAge = z
  .int()
  .min(86_400)
  .max(31_557_600)
  .default(604_800)
  .describe('Seconds that other servers keep the policy.')

const mtaSts = z.strictObject({
  mode: z
    .enum(['testing', 'enforce'])
    .default('testing')
    .describe('testing: failures are only reported (tlsRpt). enforce: without valid TLS no mail is sent to us.'),
  maxAge,
  mx: z
    .array(fqdn)
    .superRefine(once('server'))
    .default([])
    .describe('Mail servers of the same domains beside this host; all hosts of a domain must end up with one list.'),
})

/** Vars of section `extras`. */
export const extrasVars = z
  .strictObject({
    mtaSts: z
      .union([z.boolean(), mtaSts])
      .default(false)
      .describe(
        'MTA-STS: other servers send mail only over TLS to our names. Served at https://mta-sts.DOMAIN for every active domain, whose name has to be in tls.clientNames. true is mode testing.',
      ),
    tlsRpt: z
      .union([z.boolean(), address])
      .default(false)
      .describe(
        'TLS-RPT record: where other servers report TLS that failed. true is mail.postmaster; another address has to exist.',
      ),
    autoconfig: z
      .boolean()
      .default(false)
      .describe(
        'Settings for Thunderbird and its like at https://autoconfig.DOMAIN for every active domain, whose name has to be in tls.clientNames.',
      ),
    caa: z
      .union([z.boolean(), z.array(fqdn).min(1, 'at least one issuer, or false').superRefine(once('issuer'))])
      .default(false)
      .describe(
        'CAA records: who may issue certificates for the domains and the names in them. true is letsencrypt.org.',
      ),
    caaIodef: address
      .optional()
      .describe('Where issuers tell of requests that they refused; the address has to exist.'),
    dane: z
      .boolean()
      .default(false)
      .describe(
        'TLSA record (3 1 1) of the certificate that port 25 shows. The zone of host.fqdn has to be signed (DNSSEC), and a renewal must keep the key or be published before.',
      ),
  })
  .refine(({ caa, caaIodef }) => caaIodef === undefined || caa !== false, {
    path: ['caaIodef'],
    error: 'none while caa is false',
  })
  .prefault({})
  .describe('What receivers, senders and mail programs look for beside mail itself; all of it off by default.')
