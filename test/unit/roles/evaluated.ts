import { fileURLToPath } from 'node:url'
import { defineInventory, definePlaybook, type Role, Secret } from '#orchestrate'
import { templateRenderer } from '../../../src/adapters/templates.ts'
import { evaluate } from '../../../src/dsl/evaluate.ts'
import { DeclarationError, type Problem } from '../../../src/kernel/errors.ts'
import type { RoleResources } from '../../../src/model/plan.ts'
import type { Resource } from '../../../src/model/resource.ts'

const templates = templateRenderer([fileURLToPath(new URL('../../../templates', import.meta.url))])

/** Vars of a host with the ordinary settings. */
export const ordinary = {
  host: { fqdn: 'sv1.blue.example' },
  mail: {
    primaryDomain: 'blue.example',
    postmaster: 'admin@blue.example',
    domains: [{ name: 'blue.example' }, { name: 'red.example' }, { name: 'old.example', active: false }],
  },
}

/** A host's resources by id, for these roles and vars; `value` gives the clear text of a secret. */
export function resourcesOf(
  roles: readonly Role[],
  vars: object = ordinary,
  value?: (name: string) => string,
): Map<string, Resource> {
  const declared = declaredBy(roles, vars, value)
  return new Map(declared.flatMap(({ resources }) => resources).map((one) => [one.id, one]))
}

/** The same role by role, in the order in which they are applied. */
export function declaredBy(
  roles: readonly Role[],
  vars: object,
  value: (name: string) => string = (name) => `the_${name.replaceAll('/', '_')}`,
): readonly RoleResources[] {
  const playbook = definePlaybook({ name: 'mail', plays: [{ on: 'mail', roles }] })
  // Tests also hand in vars that no inventory could be typed with.
  const inventory = defineInventory({
    playbook,
    hosts: { sv1: { address: 'sv1', groups: ['mail'] } },
    groups: { mail: {} },
    vars: vars as never,
  })
  const [host] = evaluate(inventory, { template: templates, secret: (name) => new Secret(name, value(name)) })
  return host?.declaration.roles ?? []
}

/** The mistakes that a declaration with these vars has. */
export function problemsOf(roles: readonly Role[], vars: object): readonly Problem[] {
  try {
    resourcesOf(roles, vars)
    return []
  } catch (error) {
    if (error instanceof DeclarationError) return error.problems
    throw error
  }
}

/** What a resource was declared with, secrets masked. */
export function wantOf(resources: ReadonlyMap<string, Resource>, id: string): Readonly<Record<string, unknown>> {
  const want: unknown = resources.get(id)?.want
  if (typeof want !== 'object' || want === null)
    throw new Error(`there is no ${id}; there is ${[...resources.keys()].join(', ')}`)
  return { ...want }
}

/** Ids of what is declared absent. */
export function absentOf(resources: ReadonlyMap<string, Resource>): string[] {
  return [...resources.values()].filter(({ wanted }) => wanted === 'absent').map(({ id }) => id)
}

/** The text of a declared file, secrets masked. */
export function textOf(resources: ReadonlyMap<string, Resource>, path: string): string {
  return String(wantOf(resources, `file:${path}`)['content'])
}

/** Every declared file of these resources with owner and mode, one after the other. */
export function allTexts(resources: ReadonlyMap<string, Resource>): string {
  return [...resources.values()]
    .filter(isDeclaredFile)
    .map(({ id }) => {
      const { owner, group, mode, content } = wantOf(resources, id)
      return `=== ${id.slice('file:'.length)} ${owner}:${group} ${mode}\n${String(content)}`
    })
    .join('\n')
}

/** Every other resource, one line each with what it was declared with. */
export function allOthers(resources: ReadonlyMap<string, Resource>): string {
  const lines = [...resources.values()]
    .filter((one) => !isDeclaredFile(one))
    .map(
      ({ id, want, wanted }) => `${wanted === 'absent' ? 'absent ' : ''}${id} ${JSON.stringify(want, namingResources)}`,
    )
  return `${lines.join('\n')}\n`
}

function isDeclaredFile({ id, wanted }: Resource): boolean {
  return id.startsWith('file:') && wanted === 'present'
}

function namingResources(_: string, value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'id' in value && 'want' in value ? value.id : value
}
