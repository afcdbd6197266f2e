import { z } from 'zod'
import { fqdn, selector } from './fields.ts'

/** Vars of section `dkim`. */
export const dkimVars = z
  .strictObject({
    selector: selector.default('s1').describe('The selector that signs.'),
    otherSelectors: z
      .array(selector)
      .default([])
      .describe(
        'Further selectors whose keys are kept: the next one until its record is published, the previous one as long as its record must stay.',
      ),
    selectorScheme: z
      .string()
      .regex(
        /^(?=[^Y]*YYYY[^Y]*$)(?=[^M]*MM[^M]*$)[a-z0-9YM]([a-z0-9YM-]*[a-z0-9YM])?$/,
        'a DNS label with YYYY and MM in it, such as sYYYYMM',
      )
      .default('sYYYYMM')
      .describe(
        'How `dkim status` names the next selector: YYYY is the year, MM the month; a letter is appended if the name is taken.',
      ),
    rotateDays: z
      .int()
      .positive()
      .default(180)
      .describe('Days that a selector signs before `dkim status` asks for the next one.'),
    retireDays: z
      .int()
      .min(5, 'at least 5: mail may wait that long in a queue before it is verified')
      .default(14)
      .describe('Days that the record of a selector must stay published after its last signature.'),
    keyBits: z
      .literal([2048, 4096], { error: '2048 or 4096' })
      .default(2048)
      .describe('Length of new RSA keys in bits; existing keys are kept.'),
    onMissingKey: z
      .enum(['make', 'fail'])
      .default('make')
      .describe(
        'What happens if the file of a key that was in use is gone. make: a new key is made, and the record to publish is told. fail: the role stops, so that the key can be put back from a backup.',
      ),
    canonicalization: z
      .enum(['relaxed/relaxed', 'relaxed/simple', 'simple/relaxed', 'simple/simple'])
      .default('relaxed/relaxed')
      .describe('Canonicalization of header and body when signing.'),
    signBounces: z
      .boolean()
      .default(true)
      .describe('Sign bounces and other mail from the host name with the key of the primary domain.'),
  })
  .prefault({})
  .describe('DKIM signing.')

/** Vars of section `arc`. */
export const arcVars = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Add an ARC seal with this host’s results to forwarded mail.'),
    selector: selector
      .default('arc')
      .describe(
        'Selector of the ARC key at mail.primaryDomain. It must differ from the DKIM selectors, unless the ARC key is a copy of that DKIM key.',
      ),
    trustedSealers: z
      .array(fqdn)
      .default([])
      .describe('Domains whose ARC seals override a DMARC failure; requires srs.mode egress and OpenARC 1.1.'),
  })
  .refine(({ enabled, trustedSealers }) => enabled || trustedSealers.length === 0, {
    path: ['trustedSealers'],
    error: 'none while arc.enabled is false: the seals would not be checked',
  })
  .prefault({})
  .describe('ARC sealing.')

/** Vars of section `srs`. */
export const srsVars = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe('Rewrite senders of forwarded mail. If false, SPF fails at the receiver.'),
    mode: z
      .enum(['canonical', 'egress'])
      .default('canonical')
      .describe(
        'canonical: every foreign sender is rewritten, also for local delivery. egress: only on mail that is sent on, in a second pass through Postfix.',
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
