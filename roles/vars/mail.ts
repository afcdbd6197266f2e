import { z } from 'zod'
import { address, boundedNetwork, fqdn, once, selector } from './fields.ts'

/** Vars of section `host`. */
export const hostVars = z
  .strictObject({
    fqdn: fqdn.describe('The name of this host: myhostname, HELO name and PTR. Never equal to a mail domain.'),
  })
  .describe('What the host is called.')

const dmarcPolicy = z.enum(['none', 'quarantine', 'reject'])
const alignment = z.enum(['r', 's'])

/** The DMARC record that a domain publishes. */
export const dmarcRecord = z.strictObject({
  p: dmarcPolicy.default('none').describe('Policy asked of receivers.'),
  sp: dmarcPolicy.optional().describe('Policy for subdomains; default: p.'),
  pct: z.int().min(0).max(100).optional().describe('Per cent of failing mail that the policy is asked for.'),
  rua: address.optional().describe('Where aggregate reports go; default dmarc@DOMAIN, which is made to exist.'),
  ruf: address
    .optional()
    .describe('Where failure reports go; default: nowhere. In a hosted domain the address is made to exist.'),
  adkim: alignment
    .default('r')
    .describe('DKIM alignment: r relaxed (same organizational domain), s strict (same name).'),
  aspf: alignment.default('r').describe('SPF alignment: r relaxed, s strict.'),
})

const selectors = z.strictObject({
  selector: selector.describe('Selector that signs now.'),
  otherSelectors: z.array(selector).default([]).describe('Selectors whose keys are kept beside it.'),
})

const domain = z.strictObject({
  name: fqdn.describe('The domain, in ASCII: internationalized names as A-labels (xn--…).'),
  dkim: selectors
    .optional()
    .describe('Selectors of its own, e.g. for a domain that moves here with its records; default: those of dkim.'),
  dmarc: dmarcRecord.prefault({}).describe('The DMARC record to publish.'),
  catchall: address.optional().describe('Where mail to unknown addresses goes; default: refused.'),
  quota: z.int().nonnegative().optional().describe('Bytes a mailbox may hold, 0 unlimited; default quota.default.'),
  active: z
    .boolean()
    .default(true)
    .describe('An inactive domain keeps its mailboxes, but gets no mail, key, signature or record.'),
})

/** Vars of section `mail`: the one list that drives SNI, keys, signing, SRS, DNS and default aliases. */
export const mailVars = z
  .strictObject({
    domains: z
      .array(domain)
      .min(1, 'at least one domain')
      .superRefine(once('domain', 'name'))
      .describe('The domains that mail is accepted for.'),
    primaryDomain: fqdn.describe('The domain whose name the server goes by (mydomain, SRS, ARC); one of domains.'),
    postmaster: address.describe(
      'Mailbox that gets the mail for root, abuse, hostmaster, postmaster, webmaster and DMARC reports; one of accounts.mailboxes.',
    ),
  })
  .superRefine(({ domains, primaryDomain, postmaster }, context) => {
    const names = domains.filter(({ active }) => active).map(({ name }) => name)
    const allowed = `one of the active domains: ${names.join(', ')}`
    if (!names.includes(primaryDomain)) context.addIssue({ code: 'custom', path: ['primaryDomain'], message: allowed })
    if (!names.includes(postmaster.split('@')[1] ?? '')) {
      context.addIssue({ code: 'custom', path: ['postmaster'], message: `a mailbox in ${allowed}` })
    }
  })
  .describe('Whom mail is accepted for.')

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
