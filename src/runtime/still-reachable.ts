import { type Script, sh } from '../kernel/sh.ts'
import type { HostDeclaration, Step } from '../model/plan.ts'
import type { Reach } from '../model/resource.ts'
import type { Session } from '../model/session.ts'
import { cutOff, withCut } from './cut-off.ts'

/** How a role's changes are carried out and how the host is met anew. */
export interface Risk<Result> {
  readonly host: string
  readonly steps: readonly Step[]
  work(): Promise<Result>
  connect(signal: AbortSignal): Promise<Session>
}

/**
 * Carries out changes; if one of them could cut us off, the host has armed a timed restore, and only a new connection
 * takes it back. It is also taken back after a failure: what was done then is for the next apply to go on from.
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
