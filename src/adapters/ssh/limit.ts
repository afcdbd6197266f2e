import { setMaxListeners } from 'node:events'

/** What ends a wait, and with which errors. */
export interface LimitOptions {
  readonly ms: number | undefined
  readonly operator: AbortSignal | undefined
  readonly onTimeout: () => Error
  readonly onAbort: () => Error
}

/** A time limit and the operator's abort in one signal whose reason is the error to throw. */
export class Limit {
  readonly #options: LimitOptions
  readonly #controller = new AbortController()
  #timer: NodeJS.Timeout | undefined

  constructor(options: LimitOptions) {
    this.#options = options
    const { operator } = options
    if (operator) watchMany(operator)
    operator?.addEventListener('abort', this.#interrupt)
    if (operator?.aborted) this.#interrupt()
    this.resume()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Stops the clock: a person is asked. */
  pause(): void {
    clearTimeout(this.#timer)
  }

  /** Starts the clock anew. */
  resume(): void {
    const { ms, onTimeout } = this.#options
    if (ms !== undefined) this.#timer = setTimeout(() => this.#controller.abort(onTimeout()), ms)
  }

  /** The wait is over. */
  stop(): void {
    this.pause()
    this.#options.operator?.removeEventListener('abort', this.#interrupt)
  }

  readonly #interrupt = (): void => this.#controller.abort(this.#options.onAbort())
}

/** Waits for work unless the signal is aborted first; then its reason is thrown. */
export async function orAbort<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  if (!signal) return work
  const { promise, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort)
  if (signal.aborted) onAbort()
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

/** Many hosts listen to one signal; that is no leak. */
export function watchMany(signal: AbortSignal): void {
  setMaxListeners(0, signal)
}
