import { setTimeout as pause } from 'node:timers/promises'
import { OrchestrateError } from '../../kernel/errors.ts'

/** A cause that may be gone a moment later: refused, reset or silent before anybody said who they are. */
export class Passing extends Error {
  override readonly name = 'Passing'
}

/** How connecting is tried again. */
export interface RetryOptions {
  /** Tries after the first. */
  readonly again: number
  /** The wait before the n-th repeat is drawn from half to all of n times this. */
  readonly waitMs: number
  readonly signal?: AbortSignal | undefined
}

/** Repeats an attempt to connect whose failure is passing. Logins, host keys and commands are never tried twice. */
export async function withRetry<T>(attempt: () => Promise<T>, { again, waitMs, signal }: RetryOptions): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await attempt()
    } catch (error) {
      if (tried > again || !(OrchestrateError.is(error) && error.cause instanceof Passing)) throw error
      // An abort ends the wait; the next attempt then says so in its own words.
      await pause(waitMs * tried * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => {})
    }
  }
}
