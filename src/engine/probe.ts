import { lines, type Script, sh } from '../kernel/sh.ts'
import { type Observed, unknown } from '../model/change.ts'
import type { HostDeclaration } from '../model/plan.ts'
import type { KindHandle, ProbeOptions, Resource, ResourceId } from '../model/resource.ts'

/** The one script that reads all of a host's declared state, each kind's answer between marks that hold `token`. */
export function probeScript(declared: HostDeclaration, token: string, options: ProbeOptions): Script {
  const kinds = [...byKind(declared)].map(([kind, resources]) => {
    const mark = `${token} ${kind.name}`
    return lines([
      sh`printf '\n%s\n' ${mark}`,
      '(',
      kind.probe(resources, options),
      ')',
      sh`printf '\n%s end\n' ${mark}`,
    ])
  })
  return lines(kinds)
}

/** What the probe script printed, by resource. A kind without an answer is unknown, never absent. */
export function parseProbe(
  declared: HostDeclaration,
  token: string,
  output: string,
): ReadonlyMap<ResourceId, Observed<unknown>> {
  const seen = new Map<ResourceId, Observed<unknown>>()
  for (const [kind, resources] of byKind(declared)) {
    const answer = between(output, `\n${token} ${kind.name}\n`, `\n${token} ${kind.name} end\n`)
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

function between(text: string, begin: string, end: string): string | undefined {
  const from = text.indexOf(begin)
  const to = text.indexOf(end, from)
  return from < 0 || to < 0 ? undefined : text.slice(from + begin.length, to)
}
