import { z } from 'zod'
import { address, boundedNetwork, fqdn, once, selector } from './fields.ts'

/** Vars of section `host`. */
export const hostVars = z
  .strictObject({
    fqdn: fqdn.describe('Name of this host: myhostname, HELO name and PTR record. It must not be a mail domain.'),
  })
  .describe('Name of the host.')

const dmarcPolicy = z.enum(['none', 'quarantine', 'reject'])
const alignment = z.enum(['r', 's'])

/** The DMARC record that a domain publishes. */
export const dmarcRecord = z.strictObject({
  p: dmarcPolicy.default('none').describe('Policy requested from receivers.'),
  sp: dmarcPolicy.optional().describe('Policy for subdomains; default: p.'),
  pct: z.int().min(0).max(100).optional().describe('Percentage of failing mail that the policy applies to.'),
  rua: address
    .optional()
    .describe(
      'Address for aggregate reports; default dmarc@DOMAIN. In a hosted domain the address is created if necessary.',
    ),
  ruf: address
    .optional()
    .describe('Address for failure reports; default: none. In a hosted domain the address is created if necessary.'),
  adkim: alignment
    .default('r')
    .describe('DKIM alignment: r relaxed (same organizational domain), s strict (same name).'),
  aspf: alignment.default('r').describe('SPF alignment: r relaxed, s strict.'),
})

const selectors = z.strictObject({
  selector: selector.describe('The selector that signs.'),
  otherSelectors: z.array(selector).default([]).describe('Further selectors whose keys are kept.'),
})

const domain = z.strictObject({
  name: fqdn.describe('The domain, in ASCII: internationalized names as A-labels (xn--…).'),
  dkim: selectors
    .optional()
    .describe('Selectors of this domain, e.g. if it moves here with its records; default: those of dkim.'),
  dmarc: dmarcRecord.prefault({}).describe('The DMARC record to publish.'),
  catchall: address.optional().describe('Target of mail to unknown addresses; default: such mail is rejected.'),
  quota: z
    .int()
    .nonnegative()
    .optional()
    .describe('Quota of its mailboxes in bytes, 0 is unlimited; default quota.default.'),
  active: z
    .boolean()
    .default(true)
    .describe('An inactive domain keeps its mailboxes, but has no mail delivery, keys, signatures or records.'),
  shared: z
    .boolean()
    .default(false)
    .describe(
      'True if several hosts serve this domain and something else replicates its mail and DKIM keys between them; otherwise two hosts with one domain are refused.',
    ),
})

/** Vars of section `mail`: the one list that drives SNI, keys, signing, SRS, DNS and default aliases. */
export const mailVars = z
  .strictObject({
    domains: z
      .array(domain)
      .min(1, 'at least one domain')
      .superRefine(once('domain', 'name'))
      .describe('The domains that mail is accepted for.'),
    primaryDomain: fqdn.describe('The domain that stands for the server (mydomain, SRS, ARC); one of mail.domains.'),
    postmaster: address.describe(
      'Mailbox that receives mail for root, abuse, hostmaster, postmaster, webmaster and DMARC reports; one of accounts.mailboxes.',
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
  .describe('Domains that mail is accepted for.')

/** Vars of section `smtp`. */
export const smtpVars = z
  .strictObject({
    messageSizeLimit: z
      .int()
      .min(100_000)
      .default(52_428_800)
      .describe('Largest accepted message in bytes, including encoded attachments.'),
    trustedNetworks: z
      .array(boundedNetwork)
      .default([])
      .describe(
        'Networks that may relay without authentication, besides the host itself; their mail is signed like that of users and not checked for DMARC.',
      ),
  })
  .prefault({})
  .describe('General SMTP settings.')

/** Networks whose mail is our own, in CIDR form: for Postfix (mynetworks) and for the filters that check mail of others. */
export function ownNetworks({ trustedNetworks }: Pick<z.output<typeof smtpVars>, 'trustedNetworks'>): string[] {
  return ['127.0.0.0/8', '::1/128', ...trustedNetworks]
}
