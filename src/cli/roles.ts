import type { EvaluatedHost } from '../dsl/evaluate.ts'
import { didYouMean, usageError } from './usage.ts'

/** Hosts with only the named roles' resources; a name that no host has is an error. */
export function limitRoles(names: readonly string[] | undefined, hosts: readonly EvaluatedHost[]): EvaluatedHost[] {
  if (names === undefined) return [...hosts]
  const known = [...new Set(hosts.flatMap(({ declaration }) => declaration.roles.map(({ role }) => role)))]
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length > 0) {
    const words = unknown.map((name) => `'${name}'${didYouMean(name, known)}`)
    throw usageError(
      `--roles: no such role ${words.join(', ')}\n  roles of these hosts: ${known.join(', ')}`,
      'name roles of the playbook, separated by commas',
    )
  }
  return hosts.map(({ declaration, ...host }) => ({
    ...host,
    declaration: { ...declaration, roles: declaration.roles.filter(({ role }) => names.includes(role)) },
  }))
}
