import { OrchestrateError } from '../kernel/errors.ts'
import type { HostDeclaration, HostPlan, Step } from '../model/plan.ts'

/** One role of a plan. */
export interface RoleTurn {
  readonly role: string
  readonly steps: readonly Step[]
  /** Steps of the roles behind it. */
  readonly next: readonly Step[]
}

/** How the roles of a plan went. */
export interface RolesEnded {
  readonly done: readonly Step[]
  /** It was asked to stop. */
  readonly interrupted: boolean
  /** Why it is not all done, with all roles that failed and those that were not begun for it. */
  readonly failure?: OrchestrateError | undefined
}

/**
 * Carries out a plan role by role. A role that fails stops only the roles that depend on it by slots: a broken web server is
 * no reason to leave mail as it is. `work` gives the steps that were done, fewer when it was asked to stop; whatever it throws
 * but E_STEP ends everything.
 */
export async function applyRoles(
  plan: HostPlan,
  declared: HostDeclaration,
  signal: AbortSignal,
  work: (turn: RoleTurn) => Promise<readonly Step[]>,
): Promise<RolesEnded> {
  const done: Step[] = []
  const failures = new Map<string, OrchestrateError>()
  const end = (interrupted: boolean) => ({ done, interrupted, failure: summary(plan, declared, failures) })
  for (const [role, steps] of Map.groupBy(plan.steps, (step) => step.role)) {
    if (signal.aborted) return end(true)
    if (notBegun(declared, failures).has(role)) continue
    const next = plan.steps.slice(plan.steps.indexOf(steps.at(-1) as Step) + 1)
    try {
      const finished = await work({ role, steps, next })
      done.push(...finished)
      if (finished.length < steps.length) return end(true)
    } catch (error) {
      if (!(OrchestrateError.is(error) && error.code === 'E_STEP')) throw error
      failures.set(role, error)
    }
  }
  // Also when all is done by now: nobody waits for the last look any more, the next apply takes it.
  return end(signal.aborted)
}

/** Roles that depend on a failed one, also through others, each with the failed role. */
function notBegun({ roles }: HostDeclaration, failures: ReadonlyMap<string, unknown>): Map<string, string> {
  const because = new Map<string, string>()
  for (const { role, after = [] } of roles) {
    const cause = after.find((name) => failures.has(name) || because.has(name))
    if (cause !== undefined && !failures.has(role)) because.set(role, because.get(cause) ?? cause)
  }
  return because
}

function summary(
  { host, steps }: HostPlan,
  declared: HostDeclaration,
  failures: ReadonlyMap<string, OrchestrateError>,
): OrchestrateError | undefined {
  const [first, ...others] = failures.values()
  if (!first) return undefined
  const planned = new Set(steps.map(({ role }) => role))
  const left = [...notBegun(declared, failures)].filter(([role]) => planned.has(role))
  const words = [...Map.groupBy(left, ([, cause]) => cause)].map(
    ([cause, roles]) => `not begun, for they depend on ${cause}: ${roles.map(([role]) => role).join(', ')}`,
  )
  const [head = '', ...log] = first.message.split('\n')
  const { code, exit, hint } = first
  const message = [[head, ...words].join('; '), ...log, ...others.map((error) => error.message)].join('\n')
  return new OrchestrateError(message, { code, exit, hint, host, cause: first })
}
