import type { Io } from './io.ts'

/** What a command is given: its streams, and where it leaves its exit code. */
export interface Shell {
  readonly io: Io
  end(code: number): void
}
