import type { z } from 'zod'
import type { Problem } from '../kernel/errors.ts'
import { problemOf } from '../kinds/support/define.ts'
import { wording } from '../kinds/support/wording.ts'
import { expectedAt } from './expected.ts'
import type { Inventory } from './inventory.ts'
import { isPlain, mergeVars } from './merge.ts'
import type { Role } from './role.ts'

/** A host's vars, section by section; a section with mistakes is missing. */
export interface HostVars {
  readonly sections: Readonly<Record<string, unknown>>
  readonly problems: readonly Problem[]
}

/** The levels of an inventory that may set a host's vars, weakest first. */
export interface VarsLevel {
  readonly place: string
  readonly vars: unknown
}

/** Where a host's vars come from: inventory, then its groups in their order, then the host. */
export function varsLevels(inventory: Inventory, host: string): VarsLevel[] {
  const entry = inventory.hosts[host]
  const groups = entry?.groups ?? []
  return [
    { place: 'vars', vars: inventory.vars },
    ...groups.map((name) => ({ place: `groups.${name}.vars`, vars: inventory.groups?.[name]?.vars })),
    { place: `hosts.${host}.vars`, vars: entry?.vars },
  ]
}

/** Merges the levels and checks every section that the host's roles read; `known` are the sections of the whole playbook. */
export function hostVars(levels: readonly VarsLevel[], roles: readonly Role[], known: ReadonlySet<string>): HostVars {
  const merged = levels.reduce<unknown>((under, { vars }) => mergeVars(under, vars), {})
  const given = isPlain(merged) ? merged : {}
  const problems: Problem[] = Object.keys(given)
    .filter((name) => !known.has(name))
    .map((name) => ({
      place: placeOf(levels, [name]),
      found: `unknown section "${name}"`,
      allowed: [...known].sort().join(', '),
    }))
  const sections: Record<string, unknown> = {}
  for (const [name, schema] of schemasOf(roles)) {
    const parsed = schema.safeParse(given[name] ?? {}, { error: wording })
    if (parsed.success) sections[name] = parsed.data
    else problems.push(...parsed.error.issues.map((issue) => placed(issue, { name, schema }, given, levels)))
  }
  return { sections, problems }
}

/** Every section schema of these roles, by section name; the first role's wins. */
export function schemasOf(roles: readonly Role[]): Map<string, z.ZodType> {
  const schemas = new Map<string, z.ZodType>()
  for (const role of roles) {
    for (const [name, schema] of Object.entries(role.vars)) if (!schemas.has(name)) schemas.set(name, schema)
  }
  return schemas
}

/** Roles that give one section name two different schemas. */
export function sectionClashes(roles: readonly Role[]): Problem[] {
  const owners = new Map<string, { role: string; schema: z.ZodType }>()
  return roles.flatMap((role) =>
    Object.entries(role.vars).flatMap(([name, schema]) => {
      const first = owners.get(name) ?? { role: role.name, schema }
      owners.set(name, first)
      if (first.schema === schema) return []
      return [
        {
          place: `role ${role.name}, vars.${name}`,
          found: 'another schema',
          allowed: `the schema that role ${first.role} uses`,
        },
      ]
    }),
  )
}

function placed(
  issue: z.core.$ZodIssue,
  { name, schema }: { readonly name: string; readonly schema: z.ZodType },
  given: Record<string, unknown>,
  levels: readonly VarsLevel[],
): Problem {
  const path = [name, ...issue.path.map(String)]
  const keys = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  const { found, allowed } = problemOf(issue, name, given[name])
  const place = placeOf(levels, [...path, ...keys])
  if (issue.code !== 'invalid_type' || valueAt(given, path) !== undefined) return { place, found, allowed }
  const expected = expectedAt(schema, issue.path, allowed)
  return { place, found, allowed: expected, says: `missing; expected ${expected}`, section: name }
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  )
}

/** The strongest level that sets the path (or the longest part of it), and the path. */
function placeOf(levels: readonly VarsLevel[], path: readonly string[]): string {
  const depth = ({ vars }: VarsLevel) => {
    let value: unknown = vars
    let reached = 0
    for (const key of path) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) break
      value = Reflect.get(value, key)
      reached += 1
    }
    return reached
  }
  const best = levels.reduce((strongest, level) => (depth(level) >= depth(strongest) ? level : strongest))
  return [depth(best) === 0 ? 'vars' : best.place, ...path].join('.')
}
