import { lines, type Script, sh } from '../kernel/sh.ts'
import type { Step } from '../model/plan.ts'
import type { Enactment } from '../model/resource.ts'
import { type AnyBlock, attempt, type Block } from './blocks.ts'

/** The script of a batch: one command with the words of all its steps, and with words of later roles if it may take them along. */
export function batchBlock({ steps }: Block<'batch'>, ahead: readonly string[]): Script {
  const ids = steps.map(({ step }) => step.resource.id)
  const words = steps.flatMap(({ enactment }) => enactment.words)
  const { command, unless } = steps[0].enactment
  const call = sh`${command} ${words}`
  // What a later role lacks is that role's failure to tell, in its own turn.
  const along = ahead.length > 0 ? sh`${call} ${ahead} >/dev/null 2>&1 || ${call}` : call
  return lines([
    ...ids.map((id) => sh`begin ${id}`),
    attempt(ids.at(-1) ?? '', unless ? sh`${unless} ${words} >/dev/null 2>&1 || { ${along}; }` : along),
    ...ids.map((id) => sh`mark done ${id}`),
  ])
}

/**
 * The batch that takes words of later roles along: the first whose command tells by `unless` what is done already, and
 * behind which the role no longer changes what is on offer.
 */
export function carrierOf(blocks: readonly AnyBlock[]): Block<'batch'> | undefined {
  const last = blocks.findLastIndex(({ steps }) => steps.some(({ step }) => step.resource.changesOffer))
  for (const block of blocks.slice(last + 1)) {
    if (block.sort === 'batch' && block.steps[0].enactment.unless) return block
  }
  return undefined
}

/**
 * Words that later roles give to the carrier's command before they do anything else: one call for all costs a fraction of
 * one call each. It ends where a role changes what is on offer.
 */
export function wordsAhead(
  { steps: [first] }: Block<'batch'>,
  next: readonly Step[],
  enact: (step: Step) => Enactment,
): string[] {
  const words = new Set<string>()
  for (const [, steps] of Map.groupBy(next, ({ role }) => role)) {
    for (const word of leadingWords(steps, first, enact)) words.add(word)
    if (steps.some(({ resource }) => resource.changesOffer)) break
  }
  return [...words]
}

function leadingWords(
  steps: readonly Step[],
  { step, enactment: { command } }: Block<'batch'>['steps'][0],
  enact: (step: Step) => Enactment,
): string[] {
  const words: string[] = []
  for (const one of steps) {
    // Only resources of one kind share a command; others need not be enacted to know.
    if (one.resource.kind !== step.resource.kind) break
    const enactment = enact(one)
    if (enactment.sort !== 'batch' || String(enactment.command) !== String(command)) break
    words.push(...enactment.words)
  }
  return words
}
