import type { EvaluatedHost } from '../dsl/evaluate.ts'
import type { OrchestrateError } from '../kernel/errors.ts'
import { didYouMean, listed, usageError } from './usage.ts'

/** What a limit can see of a host. */
export interface Limitable {
  readonly name: string
  readonly groups: readonly string[]
}

/**
 * The hosts that an expression selects, in inventory order: names, globs and `@groups` add, `!` takes away.
 * With exceptions only, all other hosts are meant. A word that fits no host is an error, not an empty selection.
 */
export function limitHosts<Host extends Limitable>(expression: string | undefined, hosts: readonly Host[]): Host[] {
  if (expression === undefined) return [...hosts]
  const terms = expression.split(',').map((word) => readTerm(word.trim(), hosts))
  const positive = terms.filter(({ except }) => !except)
  const selected = hosts.filter(
    (host) =>
      (positive.length === 0 || positive.some(({ fits }) => fits(host))) &&
      !terms.some(({ except, fits }) => except && fits(host)),
  )
  if (selected.length === 0) throw noHost(`--limit '${expression}' leaves no host`, hosts)
  return selected
}

interface Term {
  readonly except: boolean
  readonly fits: (host: Limitable) => boolean
}

function readTerm(word: string, hosts: readonly Limitable[]): Term {
  const except = word.startsWith('!')
  const what = except ? word.slice(1) : word
  if (what === '') throw noHost(`--limit has an empty part`, hosts)
  const fits = matcher(what)
  if (hosts.some(fits)) return { except, fits }
  const known = what.startsWith('@') ? groupsOf(hosts) : hosts.map(({ name }) => name)
  throw noHost(`--limit: no host fits '${what}'${didYouMean(what, known)}`, hosts)
}

function matcher(what: string): Term['fits'] {
  if (what.startsWith('@')) return ({ groups }) => groups.includes(what.slice(1)) || what === '@all'
  if (!/[*?]/.test(what)) return ({ name }) => name === what
  const pattern = what
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  const glob = new RegExp(`^${pattern}$`)
  return ({ name }) => glob.test(name)
}

function noHost(message: string, hosts: readonly Limitable[]): OrchestrateError {
  const groups = groupsOf(hosts)
  const lines = [
    message,
    `  hosts: ${listed(hosts.map(({ name }) => name))}`,
    ...(groups.length > 0 ? [`  groups: ${listed(groups)}`] : []),
  ]
  return usageError(lines.join('\n'), "name hosts, globs, @groups or !exceptions, e.g. --limit '@mail,!mx2'")
}

function groupsOf(hosts: readonly Limitable[]): string[] {
  return [...new Set(hosts.flatMap(({ groups }) => groups))].map((group) => `@${group}`)
}

/** The evaluated hosts that an expression selects. */
export function limitEvaluated<Host extends { readonly facts: Limitable }>(
  expression: string | undefined,
  hosts: readonly Host[],
): Host[] {
  const named = hosts.map((host) => ({ name: host.facts.name, groups: host.facts.groups, host }))
  return limitHosts(expression, named).map(({ host }) => host)
}

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
