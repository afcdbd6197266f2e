import { exitCodes } from '../kernel/errors.ts'
import type { HostResult, RunRecord } from '../model/events.ts'
import type { HostPlan, Step } from '../model/plan.ts'
import { totals } from './totals.ts'
import { spelled } from './words.ts'

/** Name and version of the schema of a run's JSON; it is described in docs/json.md. */
const runSchema = 'orchestrate/run/1'

/** A whole run for programs. */
export function jsonReport(record: RunRecord): string {
  const { run, command, started, milliseconds, exit, hosts } = record
  return `${JSON.stringify(
    {
      schema: runSchema,
      run,
      command,
      started,
      milliseconds,
      exit,
      exitCode: exitCodes[exit],
      totals: totals(hosts),
      hosts: hosts.map(hostJson),
    },
    undefined,
    2,
  )}\n`
}

/** One host's end as it stands in JSON reports and events. */
export function hostJson({ plan, ...result }: HostResult): Record<string, unknown> {
  return { ...result, ...(plan ? planJson(plan) : {}) }
}

/** A plan without the code behind its resources and without what they hold. */
export function planJson({ steps, kept, notes }: HostPlan): Record<string, unknown> {
  return { kept, ...(notes.length > 0 ? { notes } : {}), changes: steps.map(stepJson) }
}

function stepJson({ role, resource, change, signal, consequence }: Step): unknown {
  return {
    role,
    id: resource.id,
    kind: resource.kind.name,
    key: resource.key,
    ...changeJson(change),
    ...(signal ? { signal } : {}),
    ...(consequence ? { consequence } : {}),
  }
}

function changeJson(change: Step['change']): object {
  if (change.action === 'maybe') return change
  const differences = change.differences.map((one) => {
    const { attribute, affects, diff } = one
    return { attribute, affects, ...spelled(one), ...(diff === undefined ? {} : { diff }) }
  })
  return { ...change, differences }
}
