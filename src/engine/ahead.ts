import type { Step } from '../model/plan.ts'
import type { Enactment } from '../model/resource.ts'
import type { Block, Enacted } from './apply-script.ts'

/** A change that runs together with its neighbours. */
export type Batch = Extract<Enactment, { sort: 'batch' }>

/**
 * The block that takes words of later roles along: the first whose command knows by `unless` what is done already, and
 * behind which the role no longer changes what is on offer.
 */
export function carrierOf(blocks: readonly Block[]): Block | undefined {
  const last = blocks.findLastIndex(({ steps }) => steps.some(({ enactment }) => changesOffer(enactment)))
  return blocks.slice(last + 1).find(({ steps }) => batchOf(steps)?.unless !== undefined)
}

/**
 * What the roles behind give to the same command before they do anything else: one call for all costs a fraction of one
 * call each. It ends where a role changes what is on offer.
 */
export function wordsAhead(carrier: Block, next: readonly Step[], enact: (step: Step) => Enactment): string[] {
  const command = String(batchOf(carrier.steps)?.command)
  const words = new Set<string>()
  for (const [, steps] of Map.groupBy(next, ({ role }) => role)) {
    let leading = true
    for (const step of steps) {
      const enactment = enact(step)
      if (changesOffer(enactment)) return [...words]
      leading &&= enactment.sort === 'batch' && String(enactment.command) === command
      if (leading && enactment.sort === 'batch') for (const word of enactment.words) words.add(word)
    }
  }
  return [...words]
}

function batchOf([first]: readonly Enacted[]): Batch | undefined {
  return first?.enactment.sort === 'batch' ? first.enactment : undefined
}

function changesOffer(enactment: Enactment): boolean {
  return enactment.sort === 'step' && enactment.changesOffer === true
}
