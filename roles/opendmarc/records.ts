import { getDomain } from 'tldts'
import type { DnsRecord, VarsOf } from '#orchestrate'
import type { mailVars } from '../vars/mail.ts'

type MailDomain = VarsOf<{ mail: typeof mailVars }>['mail']['domains'][number]

const text = { begins: 'v=DMARC1', tags: {} }

/** DMARC policies, and the consent of other organizations that reports are sent to (RFC 7489, 7.1). */
export function dmarcRecords(domains: readonly MailDomain[]): DnsRecord[] {
  return domains.flatMap((domain) => [
    {
      name: `_dmarc.${domain.name}`,
      type: 'TXT',
      value: dmarcValue(domain),
      why: `DMARC policy of ${domain.name}`,
      text,
    },
    ...consents(domain),
  ])
}

/** The record's text; tags at their defaults are left out. */
export function dmarcValue({ name, dmarc }: MailDomain): string {
  const { p, sp, pct, rua = `dmarc@${name}`, ruf, adkim, aspf } = dmarc
  const tags = [
    'v=DMARC1',
    `p=${p}`,
    ...(sp === undefined ? [] : [`sp=${sp}`]),
    ...(pct === undefined ? [] : [`pct=${pct}`]),
    `rua=mailto:${rua}`,
    ...(ruf === undefined ? [] : [`ruf=mailto:${ruf}`, 'fo=1']),
    ...(adkim === 'r' ? [] : [`adkim=${adkim}`]),
    ...(aspf === 'r' ? [] : [`aspf=${aspf}`]),
  ]
  return tags.join('; ')
}

function consents({ name, dmarc }: MailDomain): DnsRecord[] {
  const targets = [dmarc.rua, dmarc.ruf].flatMap((address) =>
    address === undefined ? [] : [address.split('@')[1] ?? ''],
  )
  return [...new Set(targets)]
    .filter((target) => organization(target) !== organization(name))
    .map((target) => ({
      name: `${name}._report._dmarc.${target}`,
      type: 'TXT',
      value: 'v=DMARC1',
      why: `${target} agrees to get the reports of ${name}`,
      text,
    }))
}

function organization(name: string): string {
  return getDomain(name) ?? name
}
