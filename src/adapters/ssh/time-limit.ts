import { setMaxListeners } from 'node:events'
import { interrupted, sshError } from './errors.ts'
import { type Ask, destination, type SshTarget, sshCommand } from './target.ts'

/** What ends a wait, and with which errors. */
export interface TimeLimitOptions {
  /** Milliseconds; undefined waits for ever. */
  readonly ms: number | undefined
  /** Aborted when the operator stops the run. */
  readonly operator: AbortSignal | undefined
  readonly onTimeout: () => Error
  readonly onAbort: () => Error
}

/** A time limit and the operator's abort in one signal whose reason is the error to throw. */
export class TimeLimit {
  readonly #options: TimeLimitOptions
  readonly #controller = new AbortController()
  #timer: NodeJS.Timeout | undefined

  constructor(options: TimeLimitOptions) {
    this.#options = options
    const { operator } = options
    if (operator) allowManyListeners(operator)
    operator?.addEventListener('abort', this.#interrupt)
    if (operator?.aborted) this.#interrupt()
    this.resume()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Stops the clock while the operator is asked for something. */
  pause(): void {
    clearTimeout(this.#timer)
  }

  /** Starts the clock again from zero. */
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

/** The time limit of one connection attempt (ssh_config(5), ConnectTimeout); `stage` is what it waits for. */
export class ConnectLimit extends TimeLimit {
  stage: 'connection' | 'handshake' | 'login' | 'root shell' = 'connection'

  constructor(target: SshTarget, operator: AbortSignal | undefined) {
    super({
      ms: target.timeoutMs,
      operator,
      onAbort: () => interrupted(target.name),
      onTimeout: () =>
        sshError({
          code: 'E_CONNECT',
          host: target.name,
          message: `no ${this.stage} on ${destination(target)} within ${target.timeoutMs / 1000} s`,
          hint: `See where it hangs:\n${sshCommand(target, '-v')}`,
        }),
    })
  }

  /** The same question with the clock stopped while the operator answers. */
  pausedWhile(ask: Ask): Ask {
    return async (prompt, again) => {
      this.pause()
      try {
        return await ask(prompt, again)
      } finally {
        this.resume()
      }
    }
  }
}

/** Runs `work` under a new connect limit. */
export async function withConnectLimit<T>(
  target: SshTarget,
  operator: AbortSignal | undefined,
  work: (limit: ConnectLimit) => Promise<T>,
): Promise<T> {
  const limit = new ConnectLimit(target, operator)
  try {
    limit.signal.throwIfAborted()
    return await work(limit)
  } finally {
    limit.stop()
  }
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

/** Turns off Node's leak warning: every host of a run listens to the same signal. */
export function allowManyListeners(signal: AbortSignal): void {
  setMaxListeners(0, signal)
}
