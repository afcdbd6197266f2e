import type { RecordSeen } from './records.ts'
import { revokedValue } from './records.ts'
import {
  day,
  type KeyState,
  nextSelector,
  type Published,
  type RotationVars,
  readyAt,
  retiredAt,
  type SelectorFacts,
  selectorFacts,
  stateOf,
} from './rotation.ts'
import type { HostSigning } from './signing-log.ts'

/** A selector's facts with its state. */
interface Standing {
  readonly facts: SelectorFacts
  readonly state: KeyState
}

/** A selector among all those of its section, which switch together. */
interface Situation extends Standing {
  readonly section: readonly Standing[]
  readonly now: number
  readonly rotateDays: number
  readonly retireDays: number
  /** Name for the next selector. */
  readonly next: string
}

/** What a selector needs: nothing, time, a step by the administrator, or help before mail is lost. */
interface Verdict {
  readonly needs: 'nothing' | 'wait' | 'step' | 'problem'
  /** Where it stands and what comes next, as a sentence. */
  readonly says: string
}

/** Where one selector of one domain stands, and what comes next. */
export interface KeyStatus extends Verdict {
  readonly domain: string
  readonly selector: string
  readonly state: KeyState
  readonly declared: 'signs' | 'kept' | undefined
  /** Since when it signs, until when it did; seconds since the epoch. */
  readonly since: number | undefined
  readonly until: number | undefined
}

/** State and next step of every selector of a host, domain by domain. */
export function keyStatuses(
  vars: RotationVars,
  held: HostSigning,
  records: ReadonlyMap<string, Published>,
): KeyStatus[] {
  const { rotateDays, retireDays, selectorScheme } = vars.dkim
  const { now } = held
  const all = selectorFacts(vars, held, records).map((facts) => ({ facts, state: stateOf(facts, retireDays, now) }))
  const taken = new Set([vars.arc.selector, ...all.map(({ facts }) => facts.selector)])
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

/** A selector that signs: its record must be published, and it must be replaced after rotateDays. */
function signing(situation: Situation): Verdict {
  const { facts, now, rotateDays, next } = situation
  const { section, since, declared } = facts
  const wrong = faults(facts.servers)
  if (wrong) {
    const publish = 'publish it now, as orchestrate dns INVENTORY records prints it'
    const cure = unanswered(facts.servers) ? 'see to that server' : publish
    return { needs: 'problem', says: `signs, but its record is ${wrong}: ${cure}` }
  }
  if (declared === undefined) {
    const keep = `keep it in ${section}.otherSelectors, or mail that is under way loses its signature`
    return { needs: 'problem', says: `signs, and no option names it: ${keep}` }
  }
  if (since === undefined) return { needs: 'step', says: 'signs; since when is not written down: apply' }
  const age = `signs since ${date(since)} (${daysBetween(since, now)}; rotateDays ${rotateDays})`
  if (now < since + rotateDays * day) return { needs: 'nothing', says: age }
  const successor = successorOf(situation)
  if (successor !== undefined) return { needs: 'nothing', says: `${age}; ${successor} comes after it` }
  return { needs: 'step', says: `${age}: add ${next} to ${section}.otherSelectors and apply` }
}

function successorOf({ facts, section }: Situation): string | undefined {
  const coming = section.find(
    (one) => one.facts.domain === facts.domain && ['missing', 'generated', 'published', 'ready'].includes(one.state),
  )
  return coming?.facts.selector
}

/** A selector that is to sign: it may do so as soon as every receiver can find its record. */
function incoming(situation: Situation): Verdict {
  const { facts, state, section } = situation
  const active = section.find((one) => one.facts.domain === facts.domain && one.facts.signs)?.facts.selector
  // Selected too early: the next apply would switch to a key that receivers cannot find.
  if (facts.declared === 'signs' && active !== undefined && state !== 'ready') {
    const instead = `make ${active} ${facts.section}.selector again and ${facts.selector} one of otherSelectors`
    return { needs: 'problem', says: `is to sign, but ${lacks(situation)}: ${instead}` }
  }
  switch (state) {
    case 'missing':
      return { needs: 'step', says: 'the host has no key: apply' }
    case 'generated':
      if (unanswered(facts.servers)) return { needs: 'wait', says: lacks(situation) }
      return {
        needs: 'step',
        says: `${lacks(situation)}: publish it (orchestrate dns INVENTORY records)`,
      }
    case 'published':
      return { needs: 'wait', says: lacks(situation) }
    default:
      return ready(situation, active)
  }
}

function ready(situation: Situation, active: string | undefined): Verdict {
  const { facts, now } = situation
  const out = `may sign: published at every server, known to every cache since ${moment(readyAt(facts, now))}`
  const behind = domainsBehind(situation, ['ready', 'active'])
  if (behind.length > 0) return { needs: 'wait', says: `${out}; waits for ${behind.join(', ')}` }
  if (facts.declared === 'signs') return { needs: 'step', says: `${out}: apply` }
  const keep = active === undefined ? '' : `, put ${active} into otherSelectors`
  return { needs: 'step', says: `${out}: make it ${facts.section}.selector${keep} and apply` }
}

/** What is missing before it may sign. */
function lacks({ facts, state, now }: Situation): string {
  if (state === 'missing') return 'the host has no key yet'
  const wrong = faults(facts.servers)
  if (wrong) return `its record is ${wrong}`
  return `caches may not know its record before ${moment(readyAt(facts, now))} (TTL ${facts.wait} s)`
}

/** A selector that no longer signs: its record must stay as long as its mail may be in transit. */
function outgoing(situation: Situation): Verdict {
  const { facts, state } = situation
  switch (state) {
    case 'retiring':
      return retiring(situation)
    case 'retired':
      return retired(situation)
    case 'unused': {
      const says = facts.declared
        ? 'never signed for this domain'
        : 'no option names it, and it is not known to have signed'
      return { needs: 'nothing', says }
    }
    default: {
      const gone = state === 'revoked' ? 'is revoked: its record may be removed' : 'its record is removed'
      if (facts.declared === undefined) return { needs: 'nothing', says: gone }
      return { needs: 'step', says: `${gone}: take it out of ${facts.section}.otherSelectors and apply` }
    }
  }
}

function retiring({ facts, retireDays }: Situation): Verdict {
  const { until = 0, declared, section, servers } = facts
  const since = `retiring since ${date(until)}`
  const end = date(retiredAt(until, retireDays))
  const wrong = faults(servers)
  const problems = [
    ...(wrong ? [`its record is ${wrong}: ${unanswered(servers) ? 'see to that server' : 'publish it again'}`] : []),
    ...(declared === undefined ? [`no option names it: put it back into ${section}.otherSelectors`] : []),
  ]
  if (problems.length === 0) return { needs: 'wait', says: `${since}: keep its record until ${end}` }
  return { needs: 'problem', says: `${since}, its mail may be under way until ${end}, but ${problems.join('; and ')}` }
}

function retired(situation: Situation): Verdict {
  const { facts, retireDays } = situation
  const { until = 0, declared, section } = facts
  const over = `retired on ${date(retiredAt(until, retireDays))}`
  if (declared === undefined) return { needs: 'step', says: `${over}: ${revoke}` }
  const behind = domainsBehind(situation, ['retired', 'revoked', 'removed', 'unused'])
  if (behind.length > 0) return { needs: 'wait', says: `${over}; waits for ${behind.join(', ')}` }
  return { needs: 'step', says: `${over}: take it out of ${section}.otherSelectors, apply, then ${revoke}` }
}

const revoke = `revoke it (TXT "${revokedValue}"), later remove its record`

/** What is wrong with a record that must be published: `no such name at 192.0.2.1`; `undefined` if every server has it. */
function faults(servers: readonly RecordSeen[]): string | undefined {
  if (servers.length === 0) return 'no server was asked'
  const wrong = servers.filter(({ says }) => says !== 'key')
  const words = { key: '', revoked: 'revoked', absent: 'missing', differs: 'not this key', silent: 'not known' }
  const told = wrong.map(({ server, says, found }) => `${words[says]}${server && ` at ${server}`} (${found})`)
  return told.length === 0 ? undefined : told.join(', ')
}

/** Whether the only problem is that some server did not answer. */
function unanswered(servers: readonly RecordSeen[]): boolean {
  return servers.every(({ says }) => says === 'key' || says === 'silent') && servers.some(({ says }) => says !== 'key')
}

/** The other domains of the section where the same selector is in none of these states. */
function domainsBehind({ facts, section }: Situation, states: readonly KeyState[]): string[] {
  return section
    .filter((one) => one.facts.selector === facts.selector && !states.includes(one.state))
    .map((one) => one.facts.domain)
}

/** The first full minute from a moment on, in UTC: `2026-11-24 14:02 UTC`. */
function moment(at: number): string {
  return `${iso(Math.ceil(at / 60) * 60)
    .slice(0, 16)
    .replace('T', ' ')} UTC`
}

/** Its date: `2026-11-24`. */
function date(at: number): string {
  return iso(at).slice(0, 10)
}

/** A time in ISO 8601. */
export function iso(at: number): string {
  return new Date(at * 1_000).toISOString().replace('.000Z', 'Z')
}

/** Whole days between two times, with unit. */
function daysBetween(from: number, to: number): string {
  const days = Math.floor((to - from) / day)
  return days === 1 ? '1 day' : `${days} days`
}
