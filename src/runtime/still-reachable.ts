import { OrchestrateError } from '../kernel/errors.ts'
import { type Script, sh } from '../kernel/sh.ts'
import type { HostDeclaration, Step } from '../model/plan.ts'
import type { Reach } from '../model/resource.ts'
import type { Session } from '../model/session.ts'

/** How a role's changes are carried out and how a new connection to the host is made. */
export interface Risk<Result> {
  readonly host: string
  readonly steps: readonly Step[]
  work(): Promise<Result>
  connect(signal: AbortSignal): Promise<Session>
}

/**
 * Carries out changes; if one of them could cut us off, the host has armed a timed restore, and only a new connection
 * stops it. It is also stopped after a failure: what was done then is for the next apply to go on from.
 */
export async function stillReachable<Result>(risk: Risk<Result>): Promise<Result> {
  const reaches = risk.steps.flatMap(({ resource }) => resource.reach ?? [])
  const [reach] = reaches.toSorted((a, b) => b.seconds - a.seconds)
  if (!reach) return risk.work()
  let result: Result
  try {
    result = await risk.work()
  } catch (error) {
    await prove(risk, reach).catch((cut) => {
      throw withCut(error, cut)
    })
    throw error
  }
  await prove(risk, reach)
  return result
}

/** What makes changes final that an earlier run could not prove any more; whether it still can is seen in the plan. */
export function disarms(declared: HostDeclaration): Script[] {
  const reaches = declared.roles.flatMap(({ resources }) => resources.flatMap(({ reach }) => reach ?? []))
  return [...new Set(reaches.map(({ disarm }) => disarm))].map((disarm) => sh`( ${disarm}\n) >/dev/null 2>&1`)
}

async function prove({ host, connect }: Risk<unknown>, { seconds, disarm }: Reach): Promise<void> {
  try {
    const session = await connect(AbortSignal.timeout(seconds * 1000))
    try {
      const { code, stderr } = await session.run(disarm)
      if (code !== 0) throw new Error(stderr.trim())
    } finally {
      await session.close()
    }
  } catch (error) {
    throw cutOff(host, seconds, error)
  }
}

function cutOff(host: string, seconds: number, cause: unknown): OrchestrateError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new OrchestrateError(
    `${host} takes no new connection since its firewall was changed (${why}); unless one comes it puts the old firewall back by itself, ${seconds} seconds after the change`,
    {
      code: 'E_CUT_OFF',
      exit: 'failed',
      host,
      hint: 'correct what the inventory opens and closes: the port of sshd must stay open for this machine',
      cause,
    },
  )
}

/** A role failed and no new connection came through: the failure is told first, for it may be the cause. */
function withCut(failure: unknown, cut: OrchestrateError): unknown {
  if (!OrchestrateError.is(failure)) return failure
  const { code, exit, hint, host } = failure
  const message = `${failure.message}\nalso, if its firewall was changed already: ${cut.message}`
  return new OrchestrateError(message, { code, exit, hint, host, cause: failure })
}
