import { breakLockScript, inspectLockScript, parseInspection } from '../engine/break-lock.ts'
import type { HeldLock } from '../engine/lock.ts'
import { type ExitName, OrchestrateError } from '../kernel/errors.ts'
import type { Session } from '../model/session.ts'
import { lockOwner } from './lock-answer.ts'

/** What unlocking is done with. */
export interface UnlockPorts {
  connect(): Promise<Session>
  /** Asked with who holds the lock and what runs there. */
  agree(shown: string): Promise<boolean>
}

/** How unlocking one host ended. */
export interface Unlocked {
  readonly exit: ExitName
  readonly words: string
}

/** Shows who holds a host's lock, and on agreement ends that run and takes the lock away. */
export async function unlockHost(host: string, { connect, agree }: UnlockPorts): Promise<Unlocked> {
  try {
    const session = await connect()
    try {
      const found = parseInspection((await session.run(inspectLockScript, { timeoutMs: 60_000 })).stdout)
      if (found.state === 'free') return { exit: 'ok', words: 'is not locked' }
      if (found.state === 'unclear') return { exit: 'failed', words: 'did not say whether it is locked' }
      if (!(await agree(description(host, found)))) return { exit: 'refused', words: 'is left locked' }
      const { stdout } = await session.run(breakLockScript(found), { timeoutMs: 120_000 })
      if (/^broken$/m.test(stdout))
        return { exit: 'ok', words: 'is unlocked; the next apply takes up what that run left' }
      if (/^moved$/m.test(stdout)) return { exit: 'refused', words: 'is left alone: another run holds it by now' }
      return { exit: 'failed', words: 'could not be unlocked' }
    } finally {
      await session.close()
    }
  } catch (error) {
    if (!OrchestrateError.is(error)) throw error
    return { exit: error.exit, words: error.message }
  }
}

function description(host: string, lock: HeldLock): string {
  const connection =
    lock.how === 'connected' ? 'its connection lives' : 'its connection is gone; a script of it still runs'
  const running = lock.running.map((line) => `\n  runs: ${line}`)
  return `${host} is locked ${lockOwner(lock)}; ${connection}${running.join('')}`
}
