import { OrchestrateError } from '../kernel/errors.ts'

/** What is told when no new connection comes through any more; `seconds` after the change the host undoes it. */
export function cutOff(host: string, seconds: number, cause: unknown): OrchestrateError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new OrchestrateError(
    `${host} takes no new connection since its firewall was changed (${why}); unless one comes it puts the old firewall back by itself, ${seconds} seconds after the change`,
    {
      code: 'E_CUT_OFF',
      exit: 'failed',
      host,
      hint: 'mend what the inventory opens and closes: the port of sshd must stay open for this machine',
      cause,
    },
  )
}

/** A role that failed, and a host that could not be met anew: the failure comes first, for it may be the cause. */
export function withCut(failure: unknown, cut: OrchestrateError): unknown {
  if (!(failure instanceof OrchestrateError)) return failure
  const { code, exit, hint, host } = failure
  const message = `${failure.message}\nbesides, if its firewall was changed already: ${cut.message}`
  return new OrchestrateError(message, { code, exit, hint, host, cause: failure })
}
