import type { RunEvent } from '../model/events.ts'
import { hostJson, planJson } from './json.ts'

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
