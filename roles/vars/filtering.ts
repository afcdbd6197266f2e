import { z } from 'zod'
import { secretReference } from '#orchestrate'
import { fqdn, network } from './host.ts'

const deadZones = ['cbl.abuseat.org', 'truncate.gbudb.net', 'dnsbl.sorbs.net', 'combined.njabl.org', 'relays.ordb.org']

/** Vars of section `rbl`. */
export const rblVars = z
  .strictObject({
    zones: z
      .array(
        z.strictObject({
          zone: fqdn.refine(
            (zone) => !deadZones.includes(zone),
            `a zone that still answers (not ${deadZones.join(', ')})`,
          ),
          codes: z
            .string()
            .regex(/^127\.0\.0\.(\d+|\[[\d.;]+\])$/, 'return codes such as 127.0.0.[2..11]')
            .default('127.0.0.[2..11]'),
        }),
      )
      .default([])
      .describe('DNS block lists asked on port 25 only; an error code of the list never blocks.'),
    spamhausDqsKey: secretReference.optional().describe('Data Query Service key; adds zen and dbl of Spamhaus.'),
    allow: z.array(network).default([]).describe('Networks that are accepted before any list is asked.'),
    deny: z.array(network).default([]).describe('Networks that are always refused.'),
  })
  .prefault({})
  .describe('Block lists.')

/** Vars of section `postscreen`. */
export const postscreenVars = z
  .strictObject({
    enabled: z.boolean().default(false).describe('Put postscreen in front of port 25; it then asks the block lists.'),
  })
  .prefault({})
  .describe('postscreen.')

/** Vars of section `rate`: how often one client may do a thing in 60 seconds, 0 without limit. */
export const rateVars = z
  .strictObject({
    auth: z.int().nonnegative().default(20),
    message: z.int().nonnegative().default(0),
    connection: z.int().nonnegative().default(0),
  })
  .prefault({})
  .describe('Limits per client and minute.')

/** Vars of section `srs`. */
export const srsVars = z
  .strictObject({
    enabled: z.boolean().default(true),
    mode: z
      .enum(['canonical', 'egress'])
      .default('canonical')
      .describe('canonical: every foreign sender. egress: only mail that leaves.'),
    domain: fqdn.optional().describe('Domain of rewritten senders; default mail.primaryDomain.'),
  })
  .prefault({})
  .describe('Sender rewriting (SRS) for forwarded mail.')

/** Vars of section `forwarding`. */
export const forwardingVars = z
  .strictObject({
    resign: z
      .enum(['off', 'srsDomain'])
      .default('off')
      .describe('DKIM-sign forwarded mail for the SRS domain (egress mode only).'),
  })
  .prefault({})
  .describe('Forwarding.')

/** Vars of section `arc`. */
export const arcVars = z
  .strictObject({
    enabled: z.boolean().default(true),
    selector: z
      .string()
      .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'a DNS label')
      .default('arc'),
    trustedSealers: z
      .array(fqdn)
      .default([])
      .describe('Domains whose ARC seals excuse a DMARC failure; needs srs.mode egress.'),
  })
  .prefault({})
  .describe('ARC sealing.')

/** Vars of section `dkim`. */
export const dkimVars = z
  .strictObject({
    selector: z
      .string()
      .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'a DNS label')
      .default('s1')
      .describe('Selector that signs now.'),
    otherSelectors: z
      .array(z.string().regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'a DNS label'))
      .default([])
      .describe(
        'Selectors whose keys are kept beside it: the next one until its record is out, the last one while its record stays.',
      ),
    keyBits: z.literal([2048, 4096], { error: '2048 or 4096' }).default(2048),
    canonicalization: z
      .enum(['relaxed/relaxed', 'relaxed/simple', 'simple/relaxed', 'simple/simple'])
      .default('relaxed/relaxed'),
    signBounces: z
      .boolean()
      .default(true)
      .describe('Sign bounces and other mail from the host name with the primary domain’s key.'),
  })
  .prefault({})
  .describe('DKIM signing.')

/** Vars of section `dmarc`. */
export const dmarcVars = z
  .strictObject({
    enforce: z.boolean().default(false).describe('Refuse mail whose domain asks for it (RejectFailures).'),
    holdQuarantine: z.boolean().default(false).describe('Hold mail whose domain asks for quarantine.'),
    reporting: z
      .enum(['off', 'import-only', 'send'])
      .default('off')
      .describe('Keep results in a database; send aggregate reports.'),
  })
  .prefault({})
  .describe('DMARC checking of incoming mail.')
