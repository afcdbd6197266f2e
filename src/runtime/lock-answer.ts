import type { HeldLock, LockAnswer, PutBack } from '../engine/lock.ts'
import { OrchestrateError } from '../kernel/errors.ts'

/** Why a host's lock could not be had, and what to do. */
export function lockRefused(host: string, answer: Exclude<LockAnswer, { state: 'locked' }>): OrchestrateError {
  if (answer.state === 'held') return held(host, answer)
  if (answer.state === 'unusable') {
    return new OrchestrateError(`${host} cannot keep the state of an apply: ${answer.because.trim()}`, {
      code: 'E_STATE',
      exit: 'failed',
      host,
      hint: 'make room in /var and /run on it and see that both are writable; nothing was changed',
    })
  }
  return new OrchestrateError(`${host} did not say whether it is locked`, {
    code: 'E_LOCKED',
    exit: 'refused',
    host,
    hint: 'run the command again with --verbose; if it stays, please report it',
  })
}

/** What became of changes that an earlier run left in roles that this run does not apply. */
export function putBackNotes(putBack: readonly PutBack[]): string[] {
  return putBack.map(({ role, back, lost }) => {
    const missing = lost > 0 ? `; ${lost} could not be put back` : ''
    return `an earlier run changed files of role ${role} and did not prove them; ${back} of them put back${missing}`
  })
}

/** Who holds a lock and since when. */
export function lockOwner({ by: { owner, since, run } }: HeldLock): string {
  return `by ${owner} since ${since} (run ${run})`
}

function held(host: string, lock: HeldLock): OrchestrateError {
  const finishing = lock.how === 'finishing'
  return new OrchestrateError(
    `${host} is locked ${lockOwner(lock)}${finishing ? '; its connection is gone and its last step still runs' : ''}`,
    {
      code: 'E_LOCKED',
      exit: 'refused',
      host,
      hint: finishing
        ? `run again in a minute, or end that run: orchestrate unlock INVENTORY --limit ${host}`
        : 'wait for that run to end, then run again',
    },
  )
}
