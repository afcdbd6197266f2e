import type { Script } from '../kernel/sh.ts'
import { type Observed, unknown } from '../model/change.ts'
import type { HostDeclaration } from '../model/plan.ts'
import type { KindHandle, ProbeOptions, Resource, ResourceId } from '../model/resource.ts'
import { framed, framedAnswer } from './framed.ts'

/** The one script that reads all of a host's declared state, each kind's answer between marks that hold `token`. */
export function probeScript(declared: HostDeclaration, token: string, options: ProbeOptions): Script {
  const kinds = [...byKind(declared)]
  const own = kinds.flatMap(([kind, resources]) =>
    kind.probe ? [[kind.name, kind.probe(resources, options)] as const] : [],
  )
  const sessions = Map.groupBy(
    kinds.flatMap(([{ shared }, resources]) => {
      return shared ? shared.questions(resources).map((question) => ({ session: shared.session, question })) : []
    }),
    ({ session }) => session,
  )
  const asked = [...sessions].map(([session, asks]) => {
    return [session.name, session.ask(asks.map(({ question }) => question))] as const
  })
  return framed([...own, ...asked], token)
}

/** What the probe script printed, by resource. A kind without an answer is unknown, never absent. */
export function parseProbe(
  declared: HostDeclaration,
  token: string,
  output: string,
): ReadonlyMap<ResourceId, Observed<unknown>> {
  const seen = new Map<ResourceId, Observed<unknown>>()
  for (const [kind, resources] of byKind(declared)) {
    const answers = sectionsOf(kind, resources).map((name) => framedAnswer(output, token, name))
    const observed = answers.includes(undefined) ? undefined : kind.parse(answers.join('\n'), resources)
    for (const { id } of resources) {
      seen.set(id, observed?.get(id) ?? unknown(`the probe gave no answer for ${kind.name}`))
    }
  }
  return seen
}

function sectionsOf({ name, probe, shared }: KindHandle, resources: readonly Resource[]): string[] {
  const asks = shared !== undefined && shared.questions(resources).length > 0
  return [...(probe ? [name] : []), ...(asks ? [shared.session.name] : [])]
}

function byKind(declared: HostDeclaration): Map<KindHandle, Resource[]> {
  return Map.groupBy(
    declared.roles.flatMap(({ resources }) => resources),
    ({ kind }) => kind,
  )
}
