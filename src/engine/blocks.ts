import { lines, type Script, sh } from '../kernel/sh.ts'
import type { Step } from '../model/plan.ts'
import type { Enactment } from '../model/resource.ts'

/** One step with the way it is brought about. */
export interface Enacted<How extends Enactment = Enactment> {
  readonly step: Step
  readonly enactment: How
  /** Its place among the role's steps: names its shell function. */
  readonly index: number
}

/** What steps are brought about by. */
export interface Enactments {
  /** A single step. */
  readonly step: Extract<Enactment, { sort: 'step' }>
  /** Neighbours with one command, e.g. packages. */
  readonly batch: Extract<Enactment, { sort: 'batch' }>
  /** Neighbouring paths that are checked together before any of them goes live. */
  readonly staged: Extract<Enactment, { sort: 'staged' | 'removal' | 'check' }>
}

/** A stretch of a role that runs as one. */
export interface Block<Sort extends keyof Enactments> {
  readonly sort: Sort
  readonly steps: readonly [Enacted<Enactments[Sort]>, ...Enacted<Enactments[Sort]>[]]
}

/** A block of any sort. */
export type AnyBlock = { [Sort in keyof Enactments]: Block<Sort> }[keyof Enactments]

/** Groups neighbours that run as one. */
export function blocks(enacted: readonly Enacted[]): AnyBlock[] {
  const result: AnyBlock[] = []
  for (const { step, enactment, index } of enacted) {
    const last = result.at(-1)
    switch (enactment.sort) {
      case 'step':
        result.push({ sort: 'step', steps: [{ step, enactment, index }] })
        break
      case 'batch':
        if (last?.sort === 'batch' && sameCommand(last, enactment))
          result.splice(-1, 1, { sort: 'batch', steps: [...last.steps, { step, enactment, index }] })
        else result.push({ sort: 'batch', steps: [{ step, enactment, index }] })
        break
      default:
        if (last?.sort === 'staged')
          result.splice(-1, 1, { sort: 'staged', steps: [...last.steps, { step, enactment, index }] })
        else result.push({ sort: 'staged', steps: [{ step, enactment, index }] })
    }
  }
  return result
}

function sameCommand({ steps: [first] }: Block<'batch'>, { command }: Enactments['batch']): boolean {
  return String(first.enactment.command) === String(command)
}

/** Runs a script in a subshell that stops at its first failing command; its output is kept for the error message. */
export function attempt(id: string, script: Script): Script {
  return lines(['( set -e', script, ') >"$log" 2>&1', sh`[ $? -eq 0 ] || fail ${id}`])
}
