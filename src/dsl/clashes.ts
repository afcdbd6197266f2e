import { isDeepStrictEqual } from 'node:util'
import type { Problem } from '../kernel/errors.ts'
import type { RoleResources } from '../model/plan.ts'
import type { Resource } from '../model/resource.ts'

interface Declared {
  readonly role: string
  readonly resource: Resource
}

/** Every resource once, with the mistakes of each and those between two that speak of one thing. */
export function withoutClashes(declared: readonly RoleResources[]): {
  readonly roles: RoleResources[]
  readonly problems: Problem[]
} {
  const problems: Problem[] = []
  const first = new Map<string, Declared>()
  const roles = declared.map(({ role, resources, after }) => ({
    role,
    after,
    resources: resources.filter((resource) => {
      problems.push(...resource.problems.map((problem) => ({ ...problem, place: `role ${role}, ${problem.place}` })))
      const before = first.get(resource.identity)
      if (!before) first.set(resource.identity, { role, resource })
      else if (!equal(before.resource, resource)) problems.push(clash(before, { role, resource }))
      return !before
    }),
  }))
  return { roles, problems: [...problems, ...insideOfAbsent([...first.values()])] }
}

/** What is to stand below a path that is to be absent. */
function insideOfAbsent(all: readonly Declared[]): Problem[] {
  const gone = all.filter(({ resource }) => resource.wanted === 'absent' && resource.identity.startsWith('path:'))
  return all.flatMap(({ role, resource }) =>
    gone
      .filter((one) => resource.wanted === 'present' && resource.identity.startsWith(`${one.resource.identity}/`))
      .map((one) => ({
        place: `role ${role}, ${resource.id}`,
        found: `present, but below ${one.resource.id}, which is absent in role ${one.role}`,
        allowed: 'one of the two',
      })),
  )
}

function equal(one: Resource, other: Resource): boolean {
  return one.id === other.id && one.wanted === other.wanted && isDeepStrictEqual(one.want, other.want)
}

function clash(before: Declared, { role, resource }: Declared): Problem {
  const place = `role ${role}, ${resource.id}`
  const other = before.resource.id === resource.id ? '' : ` (${before.resource.id})`
  if (before.resource.wanted !== resource.wanted) {
    const found = `${resource.wanted} here, ${before.resource.wanted} in role ${before.role}${other}`
    return { place, found, allowed: 'one of the two' }
  }
  const found = `another declaration than in role ${before.role}${other}`
  return { place, found, allowed: 'one declaration, or two that are equal' }
}
