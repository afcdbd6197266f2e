import { exitCodes } from '../kernel/errors.ts'
import type { Output } from './io.ts'

/** A launcher may pass on a signal that the terminal has sent us already: within this time both are one. */
const echoMs = 100

/** Runs `work` with a signal that the first Ctrl-C aborts; the second one ends the process at once. */
export async function withInterrupts<Result>(
  stderr: Output,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController()
  let first = 0
  const interrupt = () => {
    const now = performance.now()
    if (!controller.signal.aborted) {
      first = now
      stderr.write('\ninterrupted: running steps are finished first; press Ctrl-C again to stop at once\n')
      controller.abort()
    } else if (now - first > echoMs) {
      stderr.write('\nstopped; run the command again to complete what was begun\n')
      process.exit(exitCodes.interrupted)
    }
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const name of signals) process.on(name, interrupt)
  try {
    return await work(controller.signal)
  } finally {
    for (const name of signals) process.off(name, interrupt)
  }
}
