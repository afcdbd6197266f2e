import type { Problem } from '../../kernel/errors.ts'
import type { MailHost } from '../facts.ts'
import { mtaStsPolicy } from '../mta-sts.ts'

/** A page that other servers fetch. */
export interface Page {
  readonly name: string
  readonly path: string
  readonly text: string
}

/** What came of asking for it. */
export type Fetched =
  | { readonly status: number; readonly type: string; readonly text: string }
  | { readonly failed: string }

/** The MTA-STS policies that a host serves, one a domain (RFC 8461, 3.3). */
export function policyPages(host: MailHost): Page[] {
  const text = mtaStsPolicy(host.host.fqdn, host.extras.mtaSts) ?? ''
  return host.publicNames
    .filter(({ what }) => what === 'mta-sts')
    .map(({ name }) => ({ name, path: '/.well-known/mta-sts.txt', text }))
}

/** What keeps senders from using the policy as declared: they follow no redirect and want plain text. */
export function policyProblems({ name, path, text }: Page, fetched: Fetched): Problem[] {
  const place = `https://${name}${path}`
  if ('failed' in fetched) return [{ place, found: fetched.failed, allowed: 'the policy' }]
  if (fetched.status !== 200) return [{ place, found: `status ${fetched.status}`, allowed: '200 and the policy' }]
  const problems: Problem[] = []
  if (!/^text\/plain *(;|$)/i.test(fetched.type))
    problems.push({ place, found: fetched.type || 'no media type', allowed: 'text/plain' })
  if (fetched.text !== text) problems.push({ place, found: lines(fetched.text), allowed: lines(text) })
  return problems
}

function lines(text: string): string {
  return text.trim().split(/\r?\n/).slice(0, 20).join(', ') || 'nothing'
}
