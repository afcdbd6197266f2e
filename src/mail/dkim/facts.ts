import { keyName, signingDomains } from '../dns/keys.ts'
import type { MailHost } from '../facts.ts'
import type { HeldKey, HostSigning } from './host-signing.ts'
import type { RecordSeen } from './record.ts'
import { selectorsOf } from './selectors.ts'
import { day } from './time.ts'

/** All that is known of one selector of one domain. Moments are seconds of the host's clock. */
export interface SelectorFacts {
  readonly domain: string
  readonly selector: string
  /** The section of the vars that names the selectors of this domain. */
  readonly section: string
  readonly declared: 'signs' | 'kept' | undefined
  readonly key: HeldKey | undefined
  /** Whether the host signs with it now, and since when if that is written down. */
  readonly signs: boolean
  readonly since: number | undefined
  /** When it signed for the last time; `undefined` if it never did. */
  readonly until: number | undefined
  /** Whether it signed once for another domain of the section. */
  readonly former: boolean
  readonly servers: readonly RecordSeen[]
  /** Since when the record has been seen at every server, and how long caches may not know of it. */
  readonly seenSince: number | undefined
  readonly wait: number
}

/** A selector of a domain. */
export interface Named {
  readonly domain: string
  readonly selector: string
}

/** The selectors whose records matter: declared ones, keys on the host, and what signed not long ago. */
export function namedSelectors(host: MailHost, signing: HostSigning): Named[] {
  return signingDomains(host).flatMap((domain) => {
    const { signs, kept } = selectorsOf(host, domain)
    const active = signing.signs.get(domain)
    const held = [...signing.keys.keys()].filter((name) => name.endsWith(`._domainkey.${domain}`))
    const recent = signing.turns.filter((turn) => {
      const until = lastSigned(signing, turn)
      return turn.domain === domain && until !== undefined && signing.now < until + host.dkim.retireDays * day
    })
    const selectors = [
      ...(active === undefined ? [] : [active]),
      signs,
      ...kept,
      ...held.map((name) => name.split('._domainkey.')[0] ?? ''),
      ...recent.map((turn) => turn.selector),
    ]
    return [...new Set(selectors)].map((selector) => ({ domain, selector }))
  })
}

/** Facts of each of these selectors. `records` are what the servers say, by name; `wait` the seconds that caches may lag. */
export function selectorFacts(
  host: MailHost,
  signing: HostSigning,
  records: ReadonlyMap<string, { readonly servers: readonly RecordSeen[]; readonly wait: number }>,
): SelectorFacts[] {
  const named = namedSelectors(host, signing).map((one) => {
    const kept = selectorsOf(host, one.domain).kept.includes(one.selector)
    return { ...one, until: lastSigned(signing, one) ?? (kept ? beforeTheLog(signing, one) : undefined) }
  })
  return named.map(({ domain, selector, until }) => {
    const { section, signs, kept } = selectorsOf(host, domain)
    const name = keyName({ domain, selector })
    const key = signing.keys.get(name)
    const last = signing.turns.findLast((turn) => turn.domain === domain)
    const active = signing.signs.get(domain) === selector
    return {
      domain,
      selector,
      section,
      declared: signs === selector ? 'signs' : kept.includes(selector) ? 'kept' : undefined,
      key,
      signs: active,
      since: active && last?.selector === selector ? last.at : undefined,
      until: active ? undefined : until,
      former: named.some(
        (one) =>
          one.selector === selector && one.until !== undefined && selectorsOf(host, one.domain).section === section,
      ),
      servers: records.get(name)?.servers ?? [],
      seenSince: signing.notes.find((note) => note.name === name && note.base64 === key?.base64)?.at,
      wait: records.get(name)?.wait ?? 0,
    }
  })
}

/** When a selector signed for the last time: never, if it signs now. */
function lastSigned({ turns, signs, now }: HostSigning, { domain, selector }: Named): number | undefined {
  if (signs.get(domain) === selector) return undefined
  const own = turns.filter((turn) => turn.domain === domain)
  const at = own.findLastIndex((turn) => turn.selector === selector)
  // The tables are changed first and written down last: a turn that seems open has just ended.
  return at < 0 ? undefined : (own[at + 1]?.at ?? now)
}

/** A key that is kept and older than the first one that is written down has signed before the log began. */
function beforeTheLog({ turns, signs, keys }: HostSigning, one: Named): number | undefined {
  const first = turns.find((turn) => turn.domain === one.domain)
  const made = keys.get(keyName(one))?.made
  if (!first || made === undefined || signs.get(one.domain) === one.selector) return undefined
  return made < (keys.get(keyName(first))?.made ?? 0) ? first.at : undefined
}
