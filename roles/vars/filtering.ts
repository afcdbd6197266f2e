import { z } from 'zod'
import { closedBlockList, deadZones, secretReference } from '#orchestrate'
import { boundedNetwork, fqdn, selector } from './host.ts'
import { once } from './once.ts'

/** Vars of section `rbl`. */
export const rblVars = z
  .strictObject({
    zones: z
      .array(
        z.strictObject({
          zone: fqdn
            .refine(
              (zone) => !closedBlockList(zone),
              `a zone that still answers (not ${[...deadZones.keys()].join(', ')})`,
            )
            .describe('DNS zone of the list, such as bl.spamcop.net; lists that have closed are refused.'),
          codes: z
            .string()
            .regex(/^127\.0\.0\.(\d+|\[[\d.;]+\])$/, 'return codes such as 127.0.0.[2..11]')
            .default('127.0.0.[2..11]')
            .describe('Answers that count as listed, so that an error code (127.255.255.x) blocks nobody.'),
        }),
      )
      .superRefine(once('zone', 'zone'))
      .default([])
      .describe('DNS block lists that are asked about clients on port 25, never about users.'),
    spamhausDqsKey: secretReference
      .optional()
      .describe('Named secret with a Data Query Service key; adds zen and dbl of Spamhaus.'),
    allow: z.array(boundedNetwork).default([]).describe('Networks that are accepted before any list is asked.'),
    deny: z.array(boundedNetwork).default([]).describe('Networks that are always refused on port 25.'),
  })
  .superRefine(({ allow, deny }, context) => {
    const both = deny.filter((network) => allow.includes(network))
    for (const network of both) {
      const path = ['deny', deny.indexOf(network)]
      context.addIssue({ code: 'custom', path, message: 'a network that is not in rbl.allow, which is asked first' })
    }
  })
  .prefault({})
  .describe('Block lists.')

/** Vars of section `postscreen`. */
export const postscreenVars = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe('Put postscreen in front of port 25; it then asks rbl.zones, and drops clients that talk too early.'),
  })
  .prefault({})
  .describe('postscreen.')

/** Vars of section `rate`: how often one client may do a thing in 60 seconds, 0 without limit. */
export const rateVars = z
  .strictObject({
    auth: z.int().nonnegative().default(20).describe('Logins that one client may try in 60 seconds; 0 without limit.'),
    message: z
      .int()
      .nonnegative()
      .default(0)
      .describe('Messages that one client may send in 60 seconds; 0 without limit.'),
    connection: z.int().nonnegative().default(0).describe('Connections of one client in 60 seconds; 0 without limit.'),
  })
  .prefault({})
  .describe('Limits per client and minute; the host and smtp.trustedNetworks have none.')

/** Vars of section `fail2ban`. */
export const fail2banVars = z
  .strictObject({
    enabled: z.boolean().default(false).describe('Ban addresses that fail too often from all mail ports for a while.'),
    maxRetry: z.int().min(2).default(5).describe('Failures within findSeconds after which an address is banned.'),
    findSeconds: z.int().min(60).default(600).describe('Seconds in which failures add up.'),
    banSeconds: z.int().min(60).default(600).describe('Seconds that a ban lasts.'),
    allow: z
      .array(boundedNetwork)
      .default([])
      .describe(
        'Networks that are never banned, beside the host itself and smtp.trustedNetworks; that of `orchestrate verify`, for one.',
      ),
  })
  .prefault({})
  .describe('Bans after failed logins and refused mail.')

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

/** Vars of section `forwarding`. */
export const forwardingVars = z
  .strictObject({
    resign: z
      .enum(['off', 'srsDomain'])
      .default('off')
      .describe(
        'DKIM signatures of ours on forwarded mail. off: none, for they would vouch for what strangers wrote; the author’s stay, SRS makes SPF pass, and ARC says what was checked. srsDomain: sign for the SRS domain, so that unsigned mail arrives signed; needs srs.mode egress.',
      ),
  })
  .prefault({})
  .describe('Forwarding.')

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

/** Vars of section `dmarc`. */
export const dmarcVars = z
  .strictObject({
    enforce: z
      .boolean()
      .default(false)
      .describe(
        'Refuse mail that fails DMARC where its domain asks for reject (RejectFailures); off, it is only marked.',
      ),
    holdQuarantine: z
      .boolean()
      .default(false)
      .describe(
        'Hold mail that fails DMARC where its domain asks for quarantine in Postfix’s hold queue; needs enforce.',
      ),
    reporting: z
      .enum(['off', 'import-only', 'send'])
      .default('off')
      .describe('import-only: keep results in a database. send: also mail aggregate reports to the domains, daily.'),
  })
  // OpenDMARC 1.4.2 holds nothing unless RejectFailures is on as well (opendmarc.c, DMARC_POLICY_QUARANTINE).
  .refine(({ enforce, holdQuarantine }) => enforce || !holdQuarantine, {
    path: ['holdQuarantine'],
    error: 'false while dmarc.enforce is false: OpenDMARC holds only where it also refuses',
  })
  .prefault({})
  .describe('DMARC checking of incoming mail.')
