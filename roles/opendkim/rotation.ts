import { type KeyName, keyName } from '../lib/key-records.ts'
import { selectorsOf } from '../lib/selectors.ts'
import { signingDomains } from './keys.ts'
import type { RecordSeen } from './records.ts'
import type { HeldKey, HostSigning } from './signing-log.ts'
import type { Vars } from './vars.ts'

/** Seconds of a day. */
export const day = 86_400

/** The vars that a rotation depends on. */
export type RotationVars = Pick<Vars, 'mail' | 'dkim' | 'arc' | 'srs' | 'forwarding'>

/** What the servers say of one selector, and for how many seconds caches may say otherwise. */
export interface Published {
  readonly servers: readonly RecordSeen[]
  readonly wait: number
}

/** All that is known of one selector of one domain. Times are seconds of the host's clock. */
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

/**
 * State of a selector. Before it signs: `missing` (no key yet), `generated`, `published` (at every server, but perhaps not in
 * every cache), `ready`. Then `active`. Afterwards: `retiring` (its record is still needed), `retired` (it is not), `revoked`
 * (empty `p=`), `removed`. `unused`: it never signed for this domain and is not to.
 */
export type KeyState =
  | 'missing'
  | 'generated'
  | 'published'
  | 'ready'
  | 'active'
  | 'retiring'
  | 'retired'
  | 'revoked'
  | 'removed'
  | 'unused'

/** The selectors to examine: declared ones, those with a key on the host, and those that signed recently. */
export function namedSelectors(vars: RotationVars, signing: HostSigning): KeyName[] {
  return signingDomains(vars).flatMap((domain) => {
    const { signs, kept } = selectorsOf(vars, domain)
    const active = signing.signs.get(domain)
    const held = [...signing.keys.keys()].filter((name) => name.endsWith(`._domainkey.${domain}`))
    const recent = signing.turns.filter((turn) => {
      const until = lastSigned(signing, turn)
      return turn.domain === domain && until !== undefined && signing.now < retiredAt(until, vars.dkim.retireDays)
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

/** Facts of each of these selectors. `records` are what the servers say, by the name of the record. */
export function selectorFacts(
  vars: RotationVars,
  signing: HostSigning,
  records: ReadonlyMap<string, Published>,
): SelectorFacts[] {
  const named = namedSelectors(vars, signing).map((one) => {
    const kept = selectorsOf(vars, one.domain).kept.includes(one.selector)
    return { ...one, until: lastSigned(signing, one) ?? (kept ? beforeTheLog(signing, one) : undefined) }
  })
  return named.map(({ domain, selector, until }) => {
    const { section, signs, kept } = selectorsOf(vars, domain)
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
          one.selector === selector && one.until !== undefined && selectorsOf(vars, one.domain).section === section,
      ),
      servers: records.get(name)?.servers ?? [],
      seenSince: signing.notes.find((note) => note.name === name && note.base64 === key?.base64)?.at,
      wait: records.get(name)?.wait ?? 0,
    }
  })
}

/** The state of a selector at a moment. */
export function stateOf(facts: SelectorFacts, retireDays: number, now: number): KeyState {
  const { declared, key, signs, until, former, servers } = facts
  if (signs) return 'active'
  if (declared !== 'signs') {
    if (until !== undefined) return now < retiredAt(until, retireDays) ? 'retiring' : afterwards(facts)
    if (declared === undefined || former) return 'unused'
  }
  if (!key) return 'missing'
  if (servers.length === 0 || servers.some(({ says }) => says !== 'key')) return 'generated'
  return now < readyAt(facts, now) ? 'published' : 'ready'
}

/** When all caches know the record; if it was never seen before, it counts as seen now. */
export function readyAt({ seenSince, wait }: SelectorFacts, now: number): number {
  return (seenSince ?? now) + wait
}

/** When the record is no longer needed. */
export function retiredAt(until: number, retireDays: number): number {
  return until + retireDays * day
}

/** The selector that a scheme such as `sYYYYMM` gives at a moment (UTC); a letter follows where it is taken. */
export function nextSelector(scheme: string, at: number, taken: ReadonlySet<string>): string {
  const [year = '', month = ''] = new Date(at * 1_000).toISOString().split('-')
  const plain = scheme.replace('YYYY', year).replace('MM', month)
  const names = ['', ...'abcdefghijklmnopqrstuvwxyz'].map((letter) => plain + letter)
  return names.find((name) => !taken.has(name)) ?? plain
}

function afterwards({ servers }: SelectorFacts): KeyState {
  const said = new Set(servers.map(({ says }) => says))
  if (said.size === 0 || said.has('key') || said.has('differs') || said.has('silent')) return 'retired'
  return said.has('revoked') ? 'revoked' : 'removed'
}

/** When a selector signed for the last time: never, if it signs now. */
function lastSigned({ turns, signs, now }: HostSigning, { domain, selector }: KeyName): number | undefined {
  if (signs.get(domain) === selector) return undefined
  const own = turns.filter((turn) => turn.domain === domain)
  const at = own.findLastIndex((turn) => turn.selector === selector)
  // The log is written after the tables are changed: a last entry without an end has just ended.
  return at < 0 ? undefined : (own[at + 1]?.at ?? now)
}

/** A kept key that is older than the first one in the log signed before the log began. */
function beforeTheLog({ turns, signs, keys }: HostSigning, one: KeyName): number | undefined {
  const first = turns.find((turn) => turn.domain === one.domain)
  const made = keys.get(keyName(one))?.made
  if (!first || made === undefined || signs.get(one.domain) === one.selector) return undefined
  return made < (keys.get(keyName(first))?.made ?? 0) ? first.at : undefined
}
