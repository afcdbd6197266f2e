import type { Script } from '../kernel/sh.ts'
import { type Observed, unknown } from '../model/change.ts'
import type { HostDeclaration } from '../model/plan.ts'
import type { KindHandle, ProbeOptions, Resource, ResourceId } from '../model/resource.ts'
import { framed, framedAnswer } from './framed.ts'

/** The one script that reads all of a host's declared state, each kind's answer between marks that hold `token`. */
export function probeScript(declared: HostDeclaration, token: string, options: ProbeOptions): Script {
  return framed(
    [...byKind(declared)].map(([kind, resources]) => [kind.name, kind.probe(resources, options)]),
    token,
  )
}

/** What the probe script printed, by resource. A kind without an answer is unknown, never absent. */
export function parseProbe(
  declared: HostDeclaration,
  token: string,
  output: string,
): ReadonlyMap<ResourceId, Observed<unknown>> {
  const seen = new Map<ResourceId, Observed<unknown>>()
  for (const [kind, resources] of byKind(declared)) {
    const answer = framedAnswer(output, token, kind.name)
    const observed = answer === undefined ? undefined : kind.parse(answer, resources)
    for (const { id } of resources) {
      seen.set(id, observed?.get(id) ?? unknown(`the probe gave no answer for ${kind.name}`))
    }
  }
  return seen
}

function byKind(declared: HostDeclaration): Map<KindHandle, Resource[]> {
  return Map.groupBy(
    declared.roles.flatMap(({ resources }) => resources),
    ({ kind }) => kind,
  )
}
