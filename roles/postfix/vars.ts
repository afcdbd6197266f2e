import { z } from 'zod'
import { secretReference, type VarsOf } from '#orchestrate'
import { authVars, ipv6Vars, tlsVars } from '../vars/access.ts'
import { extrasVars } from '../vars/extras.ts'
import { boundedNetwork, fqdn, once } from '../vars/fields.ts'
import { hostVars, mailVars, smtpVars } from '../vars/mail.ts'
import { dkimVars, srsVars } from '../vars/signing.ts'

/** Block lists that have shut down, and why. Such a list may answer "listed" to every query. */
export const deadZones: ReadonlyMap<string, string> = new Map([
  ['cbl.abuseat.org', 'part of zen.spamhaus.org since 2021'],
  ['truncate.gbudb.net', 'answers unreliably'],
  ['dnsbl.sorbs.net', 'closed in 2024'],
  ['combined.njabl.org', 'closed in 2013'],
  ['relays.ordb.org', 'closed in 2006; it lists everyone'],
  ['dnsbl.ahbl.org', 'closed in 2015; it lists everyone'],
  ['bl.spamcannibal.org', 'closed in 2018; it listed everyone'],
])

/** Why a block list, or the list that it is part of, must not be used any more; `undefined` if it is in operation. */
export function closedBlockList(zone: string): string | undefined {
  const dead = [...deadZones.keys()].find((one) => zone === one || zone.endsWith(`.${one}`))
  return dead && deadZones.get(dead)
}

/** Vars of section `outbound`. */
const outbound = z
  .strictObject({
    tls: z
      .enum(['may', 'dane', 'encrypt'])
      .default('may')
      .describe(
        'TLS when sending to other servers. may: if the server offers it. dane: as its TLSA records require, which needs a resolver that validates DNSSEC. encrypt: always; servers without TLS get no mail.',
      ),
  })
  .prefault({})
  .describe('Outgoing mail.')

/** Vars of section `rbl`. */
const rbl = z
  .strictObject({
    zones: z
      .array(
        z.strictObject({
          zone: fqdn
            .refine(
              (zone) => !closedBlockList(zone),
              `a list that is still in operation (not ${[...deadZones.keys()].join(', ')})`,
            )
            .describe('DNS zone of the list, such as bl.spamcop.net; lists that have shut down are refused.'),
          codes: z
            .string()
            .regex(/^127\.0\.0\.(\d+|\[[\d.;]+\])$/, 'return codes such as 127.0.0.[2..11]')
            .default('127.0.0.[2..11]')
            .describe('Return codes that count as listed, so that an error code (127.255.255.x) does not block mail.'),
        }),
      )
      .superRefine(once('zone', 'zone'))
      .default([])
      .describe('DNS block lists that are queried for clients on port 25, never for authenticated users.'),
    spamhausDqsKey: secretReference
      .optional()
      .describe('Secret with a Spamhaus Data Query Service key; adds the lists zen and dbl.'),
    allow: z.array(boundedNetwork).default([]).describe('Networks that are accepted before any block list is queried.'),
    deny: z.array(boundedNetwork).default([]).describe('Networks that are always rejected on port 25.'),
  })
  .superRefine(({ allow, deny }, context) => {
    const both = deny.filter((network) => allow.includes(network))
    for (const network of both) {
      const path = ['deny', deny.indexOf(network)]
      context.addIssue({ code: 'custom', path, message: 'a network that is not in rbl.allow, which takes precedence' })
    }
  })
  .prefault({})
  .describe('Block lists.')

/** Vars of section `postscreen`. */
const postscreen = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe(
        'Run postscreen in front of port 25; it queries rbl.zones and drops clients that talk before the greeting.',
      ),
  })
  .prefault({})
  .describe('postscreen.')

/** Vars of section `rate`: limits per client in 60 seconds, 0 is unlimited. */
const rate = z
  .strictObject({
    auth: z.int().nonnegative().default(20).describe('Login attempts per client in 60 seconds; 0 is unlimited.'),
    message: z.int().nonnegative().default(0).describe('Messages per client in 60 seconds; 0 is unlimited.'),
    connection: z.int().nonnegative().default(0).describe('Connections per client in 60 seconds; 0 is unlimited.'),
  })
  .prefault({})
  .describe('Limits per client and minute; the host itself and smtp.trustedNetworks are exempt.')

/** Vars of section `submission`. */
const submission = z
  .strictObject({
    ports: z
      .array(z.literal([587, 465], { error: '587 or 465' }))
      .min(1, 'at least one of 587 and 465')
      .superRefine(once('port'))
      .default([587, 465])
      .describe('Ports where users submit mail; both require TLS and authentication.'),
  })
  .prefault({})
  .describe('Mail submission by users.')

/** What role postfix reads of the vars. */
export const vars = {
  host: hostVars,
  mail: mailVars,
  smtp: smtpVars,
  ipv6: ipv6Vars,
  submission,
  tls: tlsVars,
  outbound,
  auth: authVars,
  rbl,
  postscreen,
  rate,
  dkim: dkimVars,
  srs: srsVars,
  extras: extrasVars,
}

/** The vars as the role sees them. */
export type Vars = VarsOf<typeof vars>
