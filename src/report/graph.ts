import type { HostDeclaration, RoleResources } from '../model/plan.ts'
import { count } from './words.ts'

/** The order of roles and their services for people; hosts with the same order share it. */
export function graphText(hosts: readonly HostDeclaration[]): string {
  return sameOrder(hosts)
    .map(({ names, roles }) => {
      const width = Math.max(0, ...roles.map(({ role }) => role.length))
      const rows = roles.map(({ role, resources }, index) => {
        const services = servicesOf({ role, resources })
        const words = services.length > 0 ? services.join(', ') : count(resources.length, 'resource')
        return `  ${String(index + 1).padStart(2)}  ${role.padEnd(width)}  ${words}`
      })
      return [names.join(', '), ...rows, ''].join('\n')
    })
    .join('\n')
}

/** The same as a Mermaid flowchart. */
export function graphMermaid(hosts: readonly HostDeclaration[]): string {
  const parts = sameOrder(hosts).flatMap(({ names, roles }, group) => {
    const id = (index: number) => `h${group}r${index}`
    const boxes = roles.map(
      (role, index) => `    ${id(index)}["${[role.role, ...servicesOf(role)].map(escaped).join('<br/>')}"]`,
    )
    const arrows = roles.slice(1).map((_, index) => `    ${id(index)} --> ${id(index + 1)}`)
    return [`  subgraph h${group}["${escaped(names.join(', '))}"]`, ...boxes, ...arrows, '  end']
  })
  return `${['flowchart TD', ...parts].join('\n')}\n`
}

function sameOrder(hosts: readonly HostDeclaration[]): { names: string[]; roles: readonly RoleResources[] }[] {
  const key = ({ roles }: HostDeclaration) =>
    JSON.stringify(roles.map((role) => [role.role, role.resources.length, servicesOf(role)]))
  return [...Map.groupBy(hosts, key).values()].map((same) => ({
    names: same.map(({ host }) => host),
    roles: same[0]?.roles ?? [],
  }))
}

function servicesOf({ resources }: RoleResources): string[] {
  const services = resources.filter(({ kind, wanted }) => kind.name === 'service' && wanted === 'present')
  return services.map(({ key }) => key.replace(/\.service$/, ''))
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
}
