import type { RunEvent } from '../../model/events.ts'
import { count } from '../../report/words.ts'
import type { Output } from '../io.ts'
import { endWords } from './board.ts'
import type { Face } from './face.ts'

/** How much a plain face says. */
export interface PlainOptions {
  readonly verbose: boolean
  /** No host goes further than its plan, so that its end says all. */
  readonly planOnly: boolean
}

/** One line for each event that is worth one, each with its host: for logs, pipes and `--verbose`. */
export class PlainFace implements Face {
  readonly #output: Output
  readonly #options: PlainOptions

  constructor(output: Output, options: PlainOptions) {
    this.#output = output
    this.#options = options
  }

  event(event: RunEvent): void {
    const line = plainLine(event, this.#options)
    if (line !== undefined) this.#output.write(`${line}\n`)
  }

  async pause(): Promise<void> {}

  resume(): void {}

  async close(): Promise<void> {}
}

/** The line for one event, if it is worth one. */
export function plainLine(event: RunEvent, { verbose, planOnly }: PlainOptions): string | undefined {
  switch (event.type) {
    case 'run-started':
      return `run ${event.run}: ${event.command} on ${count(event.hosts.length, 'host')}`
    case 'planned':
      if (planOnly && !verbose) return undefined
      return `${event.host}: ${count(event.plan.steps.length, 'change')} to make, ${event.plan.kept} as declared`
    case 'role-started':
      return `${event.host}: ${event.role}, ${count(event.steps, 'change')}`
    case 'step-failed':
      return `${event.host}: failed: ${event.id}${event.message
        .split('\n')
        .map((line) => `\n${event.host}: | ${line}`)
        .join('')}`
    case 'note':
      return `${event.host}: ${event.message}`
    case 'host-done':
      return `${event.result.host}: ${endWords(event.result)}`
    case 'stage':
      return verbose && event.stage !== 'done' ? `${event.host}: ${event.stage}` : undefined
    case 'step-started':
      return verbose ? `${event.host}: ${event.role}: ${event.id}` : undefined
    default:
      return undefined
  }
}
