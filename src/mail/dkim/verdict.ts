import type { SelectorFacts } from './facts.ts'
import type { RecordSeen } from './record.ts'
import type { KeyState } from './state.ts'

/** A selector's facts with its state. */
export interface Standing {
  readonly facts: SelectorFacts
  readonly state: KeyState
}

/** A selector among all those of its section, which switch together. */
export interface Situation extends Standing {
  readonly section: readonly Standing[]
  readonly now: number
  readonly rotateDays: number
  readonly retireDays: number
  /** Name for the selector after the present one. */
  readonly next: string
}

/** What a selector asks of people: nothing, patience, a step, or help before mail is lost. */
export interface Verdict {
  readonly needs: 'nothing' | 'wait' | 'step' | 'problem'
  /** Where it stands and what comes next, as a sentence. */
  readonly says: string
}

/** What is wrong with a record that has to be out: `no such name at 192.0.2.1`; nothing if it is at every server. */
export function faults(servers: readonly RecordSeen[]): string | undefined {
  if (servers.length === 0) return 'no server was asked'
  const wrong = servers.filter(({ says }) => says !== 'key')
  const words = { key: '', revoked: 'revoked', absent: 'missing', differs: 'not this key', silent: 'not known' }
  const told = wrong.map(({ server, says, found }) => `${words[says]} at ${server} (${found})`)
  return told.length === 0 ? undefined : told.join(', ')
}

/** Whether nothing is known to be wrong, but some server gave no answer. */
export function unanswered(servers: readonly RecordSeen[]): boolean {
  return servers.every(({ says }) => says === 'key' || says === 'silent') && servers.some(({ says }) => says !== 'key')
}

/** The other domains of the section where the same selector is in none of these states. */
export function domainsBehind({ facts, section }: Situation, states: readonly KeyState[]): string[] {
  return section
    .filter((one) => one.facts.selector === facts.selector && !states.includes(one.state))
    .map((one) => one.facts.domain)
}
