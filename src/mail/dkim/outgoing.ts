import { revokedValue } from './record.ts'
import { retiredAt } from './state.ts'
import { date } from './time.ts'
import { domainsBehind, faults, type Situation, unanswered, type Verdict } from './verdict.ts'

/** A selector that signs no more: its record stays as long as its mail may be under way, and then goes. */
export function outgoing(situation: Situation): Verdict {
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
