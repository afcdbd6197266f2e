import { z } from 'zod'
import { fqdn, selector } from './fields.ts'

/** Vars of section `dkim`. */
export const dkimVars = z
  .strictObject({
    selector: selector.default('s1').describe('Selector that signs now.'),
    otherSelectors: z
      .array(selector)
      .default([])
      .describe(
        'Selectors whose keys are kept beside it: the next one until its record is out, the last one while its record stays.',
      ),
    selectorScheme: z
      .string()
      .regex(
        /^(?=[^Y]*YYYY[^Y]*$)(?=[^M]*MM[^M]*$)[a-z0-9YM]([a-z0-9YM-]*[a-z0-9YM])?$/,
        'a DNS label with YYYY and MM in it, such as sYYYYMM',
      )
      .default('sYYYYMM')
      .describe(
        'How dkim status names the next selector: YYYY is the year, MM the month; a letter follows if it is taken.',
      ),
    rotateDays: z
      .int()
      .positive()
      .default(180)
      .describe('Days that a selector signs before dkim status asks for the next one.'),
    retireDays: z
      .int()
      .min(5, 'at least 5: mail may wait that long in a queue, and is verified after it')
      .default(14)
      .describe('Days that the record of a selector stays after its last signature.'),
    keyBits: z
      .literal([2048, 4096], { error: '2048 or 4096' })
      .default(2048)
      .describe('Length in bits of new RSA keys; keys that exist stay.'),
    canonicalization: z
      .enum(['relaxed/relaxed', 'relaxed/simple', 'simple/relaxed', 'simple/simple'])
      .default('relaxed/relaxed')
      .describe('Canonicalization of header/body when signing.'),
    signBounces: z
      .boolean()
      .default(true)
      .describe('Sign bounces and other mail from the host name with the primary domain’s key.'),
  })
  .prefault({})
  .describe('DKIM signing.')

/** Vars of section `arc`. */
export const arcVars = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Seal what this host found out about mail that it passes on.'),
    selector: selector
      .default('arc')
      .describe(
        'Selector of the ARC key at mail.primaryDomain. One of its own: with a DKIM selector only a copy of that key is taken.',
      ),
    trustedSealers: z
      .array(fqdn)
      .default([])
      .describe('Domains whose ARC seals excuse a DMARC failure; needs srs.mode egress and OpenARC 1.1.'),
  })
  .refine(({ enabled, trustedSealers }) => enabled || trustedSealers.length === 0, {
    path: ['trustedSealers'],
    error: 'none while arc.enabled is false: nobody would check their seals',
  })
  .prefault({})
  .describe('ARC sealing.')

/** Vars of section `srs`. */
export const srsVars = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Rewrite senders of forwarded mail; off, SPF fails at the receiver.'),
    mode: z
      .enum(['canonical', 'egress'])
      .default('canonical')
      .describe(
        'canonical: every foreign sender is rewritten, also for local delivery. egress: only mail that leaves, on a second way out.',
      ),
    domain: fqdn
      .optional()
      .describe('Domain of rewritten senders; default mail.primaryDomain. It needs MX and SPF records.'),
  })
  .refine(({ enabled, mode }) => enabled || mode === 'canonical', {
    path: ['mode'],
    error: 'canonical while srs.enabled is false: the egress stage is part of sender rewriting',
  })
  .prefault({})
  .describe('Sender rewriting (SRS) for forwarded mail.')
