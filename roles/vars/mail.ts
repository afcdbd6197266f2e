import { z } from 'zod'
import { address, fqdn } from './host.ts'

const dmarcPolicy = z.enum(['none', 'quarantine', 'reject'])
const alignment = z.enum(['r', 's'])

/** The DMARC record that a domain publishes. */
export const dmarcRecord = z.strictObject({
  p: dmarcPolicy.default('none').describe('Policy asked of receivers.'),
  sp: dmarcPolicy.optional().describe('Policy for subdomains; default: p.'),
  pct: z.int().min(0).max(100).optional().describe('Share of failing mail the policy is applied to.'),
  rua: address.optional().describe('Where aggregate reports go; default dmarc@DOMAIN, which is made to exist.'),
  ruf: address.optional().describe('Where failure reports go.'),
  adkim: alignment.default('r').describe('DKIM alignment.'),
  aspf: alignment.default('r').describe('SPF alignment.'),
})

const domain = z.strictObject({
  name: fqdn,
  dmarc: dmarcRecord.prefault({}),
  catchall: address.optional().describe('Where mail to unknown addresses goes; default: refused.'),
  quota: z.int().nonnegative().optional().describe('Bytes a mailbox may hold, 0 unlimited; default quota.default.'),
  active: z.boolean().default(true),
})

/** Vars of section `mail`: the one list that drives SNI, keys, signing, SRS, DNS and default aliases. */
export const mailVars = z
  .strictObject({
    domains: z
      .array(domain)
      .min(1, 'at least one domain')
      .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, 'every domain once')
      .describe('The domains that mail is accepted for.'),
    primaryDomain: fqdn.describe('The domain whose name the server goes by (mydomain, SRS, ARC); one of domains.'),
    postmaster: address.describe('Mailbox that gets the mail for root, postmaster, abuse and hostmaster.'),
  })
  .superRefine(({ domains, primaryDomain, postmaster }, context) => {
    const names = domains.map(({ name }) => name)
    const allowed = `one of domains: ${names.join(', ')}`
    if (!names.includes(primaryDomain)) context.addIssue({ code: 'custom', path: ['primaryDomain'], message: allowed })
    if (!names.includes(postmaster.split('@')[1] ?? '')) {
      context.addIssue({ code: 'custom', path: ['postmaster'], message: `a mailbox in ${allowed}` })
    }
  })
  .describe('Whom mail is accepted for.')
