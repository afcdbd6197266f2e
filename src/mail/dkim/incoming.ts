import { readyAt } from './state.ts'
import { moment } from './time.ts'
import { domainsBehind, faults, type Situation, unanswered, type Verdict } from './verdict.ts'

/** A selector that is to sign: it may as soon as every receiver finds its record. */
export function incoming(situation: Situation): Verdict {
  const { facts, state, section } = situation
  const active = section.find((one) => one.facts.domain === facts.domain && one.facts.signs)?.facts.selector
  // Said too early to sign: the next apply would switch to a key that receivers do not find.
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

/** What it has not yet got. */
function lacks({ facts, state, now }: Situation): string {
  if (state === 'missing') return 'the host has no key yet'
  const wrong = faults(facts.servers)
  if (wrong) return `its record is ${wrong}`
  return `caches may not know its record before ${moment(readyAt(facts, now))} (TTL ${facts.wait} s)`
}
