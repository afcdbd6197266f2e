import type { MailHost } from '../facts.ts'
import { selectorFacts } from './facts.ts'
import type { HostSigning } from './host-signing.ts'
import { incoming } from './incoming.ts'
import { outgoing } from './outgoing.ts'
import type { RecordSeen } from './record.ts'
import { nextSelector } from './scheme.ts'
import { signing } from './signing.ts'
import { type KeyState, stateOf } from './state.ts'
import type { Situation, Verdict } from './verdict.ts'

/** Where one selector of one domain stands, and what comes next. */
export interface KeyStatus extends Verdict {
  readonly domain: string
  readonly selector: string
  readonly state: KeyState
  readonly declared: 'signs' | 'kept' | undefined
  /** Since when it signs, until when it did; seconds. */
  readonly since: number | undefined
  readonly until: number | undefined
}

/** Everything about the DKIM keys of a host, domain by domain. */
export function keyStatuses(
  host: MailHost,
  held: HostSigning,
  records: ReadonlyMap<string, { readonly servers: readonly RecordSeen[]; readonly wait: number }>,
): KeyStatus[] {
  const { rotateDays, retireDays, selectorScheme } = host.dkim
  const { now } = held
  const all = selectorFacts(host, held, records).map((facts) => ({ facts, state: stateOf(facts, retireDays, now) }))
  const taken = new Set([host.arc.selector, ...all.map(({ facts }) => facts.selector)])
  const common = { now, rotateDays, retireDays, next: nextSelector(selectorScheme, now, taken) }
  return all.map(({ facts, state }) => {
    const section = all.filter((one) => one.facts.section === facts.section)
    const situation: Situation = { ...common, facts, state, section }
    const { domain, selector, declared, since, until } = facts
    return { domain, selector, state, declared, since, until, ...verdictOf(situation) }
  })
}

function verdictOf(situation: Situation): Verdict {
  switch (situation.state) {
    case 'active':
      return signing(situation)
    case 'missing':
    case 'generated':
    case 'published':
    case 'ready':
      return incoming(situation)
    default:
      return outgoing(situation)
  }
}
