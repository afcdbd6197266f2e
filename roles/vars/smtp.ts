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
      .describe('Networks that may relay without a login, beside the host itself; nobody by default.'),
  })
  .prefault({})
  .describe('SMTP in general.')
