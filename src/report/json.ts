import { exitCodes } from '../kernel/errors.ts'
import type { HostResult, RunEvent, RunRecord } from '../model/events.ts'
import type { HostPlan, Step } from '../model/plan.ts'
import { spelled, totals } from './words.ts'

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
export function planJson({ steps, kept, notes, undeclared }: HostPlan): Record<string, unknown> {
  const told = { ...(notes.length > 0 ? { notes } : {}), ...(undeclared.length > 0 ? { undeclared } : {}) }
  return { kept, ...told, changes: steps.map(stepJson) }
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

function changeJson({ undeclared: _, ...change }: Step['change']): object {
  if (change.action === 'maybe') return change
  const differences = change.differences.map((one) => {
    const { attribute, affects, diff } = one
    return { attribute, affects, ...spelled(one), ...(diff === undefined ? {} : { diff }) }
  })
  return { ...change, differences }
}

/** Name and version of the schema of the event stream; it is described in docs/json.md. */
const eventSchema = 'orchestrate/event/1'

/** One event as one line of NDJSON; `at` is its time in ISO 8601. The first event names the schema. */
export function eventLine(event: RunEvent, at: string): string {
  return `${JSON.stringify({ at, ...eventJson(event) })}\n`
}

function eventJson(event: RunEvent): Record<string, unknown> {
  if (event.type === 'run-started') return { schema: eventSchema, ...event }
  if (event.type === 'planned') return { type: event.type, host: event.host, ...planJson(event.plan) }
  if (event.type === 'host-done') return { type: event.type, ...hostJson(event.result) }
  return { ...event }
}
