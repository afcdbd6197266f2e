import { failure, interrupted } from './failure.ts'
import { Limit } from './limit.ts'
import { type Ask, destination, sshCommand, type Target } from './target.ts'

/** The limit of one connect and login: `stage` says what it waits for. */
export class Patience extends Limit {
  stage: 'connection' | 'handshake' | 'login' | 'root shell' = 'connection'

  constructor(target: Target, operator: AbortSignal | undefined) {
    super({
      ms: target.timeoutMs,
      operator,
      onAbort: () => interrupted(target.name),
      onTimeout: () =>
        failure({
          code: 'E_CONNECT',
          host: target.name,
          message: `no ${this.stage} on ${destination(target)} within ${target.timeoutMs / 1000} s`,
          hint: `See where it hangs: ${sshCommand(target, '-v')}`,
        }),
    })
  }

  /** The time that a person takes to answer is not the host's. */
  whileAsking(ask: Ask): Ask {
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

/** Does something under a fresh limit. */
export async function withPatience<T>(
  target: Target,
  operator: AbortSignal | undefined,
  work: (patience: Patience) => Promise<T>,
): Promise<T> {
  const patience = new Patience(target, operator)
  try {
    patience.signal.throwIfAborted()
    return await work(patience)
  } finally {
    patience.stop()
  }
}
