import type { RunEvent } from '../../model/events.ts'
import { type PlainOptions, plainLine } from '../../report/progress.ts'
import { canAnimate, type Io, type Output } from '../io.ts'

/** Something that shows a run while it happens. It reads events and decides nothing. */
export interface Face {
  event(event: RunEvent): void
  /** Leaves the terminal alone, for a question to a person. */
  pause(): Promise<void>
  resume(): void
  /** The run is over; nothing is drawn afterwards. */
  close(): Promise<void>
}

/** Shows nothing: for programs that read the result. */
export const quietFace: Face = {
  event: () => {},
  pause: () => Promise.resolve(),
  resume: () => {},
  close: () => Promise.resolve(),
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

/** What the face depends on. */
export interface FaceOptions {
  readonly format: string
  readonly verbose: boolean
  readonly planOnly: boolean
  readonly forks: number
}

/** Live rows on a terminal, lines elsewhere or with `--verbose`, nothing where a program reads the result. */
export async function chooseFace(io: Io, { format, verbose, planOnly, forks }: FaceOptions): Promise<Face> {
  if (verbose) return new PlainFace(io.stderr, { verbose, planOnly })
  if (canAnimate(io)) {
    // The library for live rows takes longer to load than all the rest together.
    const { LiveFace } = await import('./live.ts')
    return new LiveFace({ forks, clear: io.stdout.isTTY })
  }
  return format === 'text' ? new PlainFace(io.stderr, { verbose, planOnly }) : quietFace
}
