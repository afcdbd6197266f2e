import { canAnimate, type Io } from '../io.ts'
import { type Face, quietFace } from './face.ts'
import { PlainFace } from './plain.ts'

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
