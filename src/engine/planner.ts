import { isDeepStrictEqual } from 'node:util'
import { altersContent, type Observed, unknown } from '../model/change.ts'
import type { HostDeclaration, HostPlan, PlanNote, Step } from '../model/plan.ts'
import { type Resource, type ResourceId, type Signal, signals } from '../model/resource.ts'

/** Pure: what is declared and what was seen give what to do, in order. */
export function planHost(declared: HostDeclaration, seen: ReadonlyMap<ResourceId, Observed<unknown>>): HostPlan {
  const steps: Step[] = []
  const notes: PlanNote[] = []
  const changed = new Set<ResourceId>()
  let kept = 0

  for (const { role, resources } of declared.roles) {
    for (const resource of resources) {
      const observed = seen.get(resource.id) ?? unknown('it was not looked at')
      const signal = strongest(resource, changed)
      const change = resource.compare(observed, { signal, changed })
      if (change.action === 'keep') {
        kept += 1
        if (change.note) notes.push({ role, id: resource.id, note: change.note })
        continue
      }
      // What a daemon has not loaded because an input is to be changed here counts once: at that input.
      const alone = resource.compare(observed, { signal: undefined, changed })
      steps.push({ role, resource, change, signal, consequence: alone.action === 'keep' })
      if (altersContent(change)) changed.add(resource.id)
    }
  }
  return { host: declared.host, steps, kept, notes }
}

/** In words, what a later plan of the same host does that the plan that was shown does not, and the other way round. */
export function movedSince(shown: HostPlan, now: HostPlan): string[] {
  const [before, after] = [shown, now].map((plan) => new Map(plan.steps.map((step) => [step.resource.id, step.change])))
  const ids = new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])
  return [...ids].flatMap((id) => {
    const [then, since] = [before?.get(id), after?.get(id)]
    if (isDeepStrictEqual(then, since)) return []
    if (!then) return [`${since?.action} ${id} is new`]
    return [since ? `${since.action} ${id} is another change` : `${then.action} ${id} is not needed any more`]
  })
}

function strongest(resource: Resource, changed: ReadonlySet<ResourceId>): Signal | undefined {
  const reached = new Set([...resource.signals].filter(([id]) => changed.has(id)).map(([, signal]) => signal))
  return signals.findLast((signal) => reached.has(signal))
}
