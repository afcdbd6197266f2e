import { date, day, daysBetween } from './time.ts'
import { faults, type Situation, unanswered, type Verdict } from './verdict.ts'

/** A selector that signs now: its record must be out, and its turn must not last for ever. */
export function signing(situation: Situation): Verdict {
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
