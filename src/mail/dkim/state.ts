import type { SelectorFacts } from './facts.ts'
import { day } from './time.ts'

/**
 * Where a selector stands. On its way in: `missing` no key yet, `generated`, `published` at every server but not long enough
 * for every cache, `ready`. Then `active`. On its way out: `retiring` its record is still needed, `retired` no longer,
 * `revoked` (empty `p=`), `removed`. `unused`: it never signed for this domain and is not to.
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

/** From when on caches know the record; the first time that it is seen counts as now. */
export function readyAt({ seenSince, wait }: SelectorFacts, now: number): number {
  return (seenSince ?? now) + wait
}

/** From when on nobody needs the record any more. */
export function retiredAt(until: number, retireDays: number): number {
  return until + retireDays * day
}

function afterwards({ servers }: SelectorFacts): KeyState {
  const said = new Set(servers.map(({ says }) => says))
  if (said.size === 0 || said.has('key') || said.has('differs') || said.has('silent')) return 'retired'
  return said.has('revoked') ? 'revoked' : 'removed'
}
