import type { Role } from './role.ts'
import type { AnySlot } from './slot.ts'

/** A role with the slots it puts values into on one host. */
export interface RoleLinks {
  readonly role: Role
  readonly provides: ReadonlySet<AnySlot>
}

/** Roles in dependency order, or the circle that makes one impossible. */
export type RoleOrder = { readonly order: readonly Role[] } | { readonly circle: readonly string[] }

/** Puts roles in the order their slots ask for; where nothing asks, the order of the playbook stays. */
export function orderRoles(links: readonly RoleLinks[]): RoleOrder {
  const order: Role[] = []
  const state = new Map<Role, 'open' | 'done'>()
  const trail: string[] = []

  const visit = (link: RoleLinks): string[] | undefined => {
    const { role } = link
    if (state.get(role) === 'done') return undefined
    trail.push(role.name)
    if (state.get(role) === 'open') return trail.slice(trail.indexOf(role.name))
    state.set(role, 'open')
    for (const before of rolesBefore(link, links)) {
      const circle = visit(links.find((other) => other.role === before) as RoleLinks)
      if (circle) return circle
    }
    trail.pop()
    state.set(role, 'done')
    order.push(role)
    return undefined
  }

  for (const link of links) {
    const circle = visit(link)
    if (circle) return { circle }
  }
  return { order }
}

/** The roles that a role's slots put directly before it. */
export function rolesBefore({ role }: RoleLinks, links: readonly RoleLinks[]): Role[] {
  return links.flatMap((other) => (other.role !== role && comesBefore(other, { role, links }) ? [other.role] : []))
}

function comesBefore(other: RoleLinks, { role, links }: { role: Role; links: readonly RoleLinks[] }): boolean {
  const own = links.find((link) => link.role === role)
  const collected = role.collects.some((slot) => slot.first === 'providers' && other.provides.has(slot))
  const provided = other.role.collects.some((slot) => slot.first === 'collectors' && own?.provides.has(slot))
  return collected || provided
}
