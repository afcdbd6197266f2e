import { z } from 'zod'
import { boundedNetwork } from './host.ts'

/** Vars of section `smtp`. */
export const smtpVars = z
  .strictObject({
    messageSizeLimit: z
      .int()
      .min(100_000)
      .default(52_428_800)
      .describe('Largest message in bytes, attachments encoded.'),
    trustedNetworks: z
      .array(boundedNetwork)
      .default([])
      .describe(
        'Networks that may relay without a login, beside the host itself; their mail is signed like that of users, and asked for no DMARC. Nobody by default.',
      ),
  })
  .prefault({})
  .describe('SMTP in general.')

/** Networks whose mail is our own, in CIDR form: for Postfix (mynetworks) and for the filters that check mail of others. */
export function ownNetworks({ trustedNetworks }: Pick<z.output<typeof smtpVars>, 'trustedNetworks'>): string[] {
  return ['127.0.0.0/8', '::1/128', ...trustedNetworks]
}
