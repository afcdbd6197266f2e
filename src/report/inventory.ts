import type { HostFacts } from '../dsl/role.ts'
import type { SecretRequirement } from '../dsl/secret-needs.ts'
import { isSecretReference } from '../dsl/secret-reference.ts'
import { count } from './words.ts'

/** What `orchestrate inventory` shows. */
export interface InventoryView {
  readonly playbook: string
  readonly hosts: readonly (HostFacts & {
    readonly roles: readonly string[]
    readonly vars: Readonly<Record<string, unknown>>
  })[]
}

/** For people: a block a host. */
export function inventoryText({ playbook, hosts }: InventoryView): string {
  const blocks = hosts.map(({ name, address, platform, groups, roles, vars }) =>
    [
      `${name}  ${address}  ${platform}`,
      `  groups: ${groups.join(', ') || 'none'}`,
      `  roles: ${roles.join(', ') || 'none'}`,
      ...(Object.keys(vars).length > 0 ? ['  vars:', ...treeLines(masked(vars), '    ')] : []),
    ].join('\n'),
  )
  return `${[...blocks, `${count(hosts.length, 'host')}, playbook ${playbook}`].join('\n\n')}\n`
}

/** For programs. */
export function inventoryJson({ playbook, hosts }: InventoryView): string {
  const shown = hosts.map((host) => ({ ...host, vars: masked(host.vars) }))
  return `${JSON.stringify({ schema: 'orchestrate/inventory/1', playbook, hosts: shown }, undefined, 2)}\n`
}

/** The secrets of an inventory, a line each: name, `set` or `missing`, who asks for it; empty if there are none. */
export function secretsText(needs: readonly SecretRequirement[], stored: readonly string[]): string {
  const unused = stored.filter((name) => !needs.some((need) => need.name === name))
  const rows = [
    ...needs.map((need) => ({
      name: need.name,
      state: stored.includes(need.name) ? 'set' : 'missing',
      why: askedBy(need),
    })),
    ...unused.map((name) => ({ name, state: 'set', why: 'nobody asks for it' })),
  ]
  const width = Math.max(0, ...rows.map(({ name }) => name.length))
  return rows.map(({ name, state, why }) => `${name.padEnd(width)}  ${state.padEnd(7)}  ${why}\n`).join('')
}

/** Who needs a secret, and what for. */
export function askedBy({ roles, places, description }: SecretRequirement): string {
  const who = [...roles.map((role) => `role ${role}`), ...places].join(', ')
  return description ? `${who}: ${description}` : who
}

const telling = /(password|passphrase|secret|token)$/i

/** The same value with named secrets by their names, and texts hidden that stand where a secret should. */
export function masked(value: unknown, name = ''): unknown {
  if (isSecretReference(value)) return `<secret:${value.secret}>`
  if (typeof value === 'string' && telling.test(name)) return '<masked>'
  if (Array.isArray(value)) return value.map((one) => masked(one, name))
  if (typeof value !== 'object' || value === null) return value
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return String(value)
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, masked(inner, key)]))
}

// The lines read like YAML, which is how people expect a tree of vars to look.
function treeLines(value: unknown, indent: string): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => itemLines(one, indent))
  if (typeof value !== 'object' || value === null) return [`${indent}${leaf(value)}`]
  return Object.entries(value).flatMap(([key, inner]) =>
    isTree(inner) ? [`${indent}${key}:`, ...treeLines(inner, `${indent}  `)] : [`${indent}${key}: ${leaf(inner)}`],
  )
}

function itemLines(value: unknown, indent: string): string[] {
  const [first = '', ...rest] = treeLines(value, `${indent}  `)
  return [`${indent}- ${first.trimStart()}`, ...rest]
}

function isTree(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0
}

function leaf(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value) ?? String(value)
  return /^[\w<>./@:-][\w<>./@: -]*$/.test(value) ? value : JSON.stringify(value)
}
