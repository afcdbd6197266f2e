import type { Problem } from '../kernel/errors.ts'
import { nearest } from '../kernel/near.ts'
import type { Inventory } from './inventory.ts'
import { isPlain } from './merge.ts'

/** The part of an inventory that can be looked into, and the mistakes that keep the rest from it. */
export interface Frame {
  /** The type checker sees these mistakes, plain JavaScript does not. */
  readonly problems: readonly Problem[]
  /** The inventory without the entries that are wrong, and without the hosts that these are about. */
  readonly sound: Inventory | undefined
  /** Nothing was left out. */
  readonly whole: boolean
}

const keys = ['playbook', 'platform', 'ssh', 'secrets', 'hosts', 'groups', 'vars']

/** Looks at the shape of an inventory, so that whatever can be evaluated is evaluated in spite of other mistakes. */
export function frameOf(inventory: Inventory): Frame {
  const { playbook, hosts, groups = {}, vars, secrets }: Readonly<Record<string, unknown>> = { ...inventory }
  const plays = playbookProblems(playbook)
  const common = varsProblems('vars', vars)
  const wrongGroups = isPlain(groups)
    ? byName(groups, (name, group) => entryProblems(`groups.${name}`, group))
    : new Map([['', [wrong('groups', groups, 'an object: names and their groups')]]])
  const wrongHosts = isPlain(hosts)
    ? byName(hosts, (name, host) => hostProblems(`hosts.${name}`, host))
    : new Map([['', [wrong('hosts', hosts, 'an object: names and their hosts')]]])
  const problems = [
    ...Object.keys(inventory).flatMap((key) => unknownKey('', key, keys)),
    ...plays,
    ...[...wrongHosts.values(), ...wrongGroups.values()].flat(),
    ...common,
    ...secretsProblems(secrets),
  ]
  const usable = plays.length === 0 && isPlain(hosts)
  const knowsGroup = (name: string) => isPlain(groups) && !wrongGroups.has(name)
  const sound = {
    ...inventory,
    hosts: without(inventory.hosts, (name) => {
      const named = wrongHosts.has(name) ? [] : (inventory.hosts[name]?.groups ?? [])
      return wrongHosts.has(name) || common.length > 0 || !named.every(knowsGroup)
    }),
    groups: isPlain(groups) ? without(inventory.groups ?? {}, (name) => wrongGroups.has(name)) : {},
  }
  const whole = wrongHosts.size + wrongGroups.size + common.length === 0
  return { problems, sound: usable ? sound : undefined, whole }
}

/** A key that an object does not have, with the one that was meant. */
export function unknownKey(place: string, key: string, allowed: readonly string[]): Problem[] {
  if (allowed.includes(key)) return []
  const near = nearest(key, allowed)
  return [
    {
      place: place === '' ? key : `${place}.${key}`,
      found: `unknown key "${key}"`,
      allowed: `${allowed.join(', ')}${near ? `; did you mean ${near}?` : ''}`,
    },
  ]
}

function byName(
  entries: Readonly<Record<string, unknown>>,
  problemsOf: (name: string, entry: unknown) => Problem[],
): Map<string, Problem[]> {
  const found = Object.entries(entries).map(([name, entry]) => [name, problemsOf(name, entry)] as const)
  return new Map(found.filter(([, problems]) => problems.length > 0))
}

function without<Entry>(
  entries: Readonly<Record<string, Entry>>,
  out: (name: string) => boolean,
): Readonly<Record<string, Entry>> {
  return isPlain(entries) ? Object.fromEntries(Object.entries(entries).filter(([name]) => !out(name))) : {}
}

function playbookProblems(playbook: unknown): Problem[] {
  if (!isPlain(playbook) || !Array.isArray(playbook['plays']))
    return [wrong('playbook', playbook, 'a playbook made by definePlaybook')]
  const plays: readonly unknown[] = playbook['plays']
  return plays.flatMap((play, index) =>
    isPlain(play) && typeof play['on'] === 'string' && Array.isArray(play['roles'])
      ? []
      : [wrong(`playbook.plays.${index}`, play, "{ on: 'GROUP', roles: [ … ] }")],
  )
}

function hostProblems(place: string, host: unknown): Problem[] {
  const problems = entryProblems(place, host)
  const groups = isPlain(host) ? host['groups'] : undefined
  const named = groups === undefined || (Array.isArray(groups) && groups.every((name) => typeof name === 'string'))
  return named ? problems : [...problems, wrong(`${place}.groups`, groups, 'a list of group names')]
}

function entryProblems(place: string, entry: unknown): Problem[] {
  return isPlain(entry) ? varsProblems(`${place}.vars`, entry['vars']) : [wrong(place, entry, 'an object')]
}

function varsProblems(place: string, vars: unknown): Problem[] {
  return vars === undefined || isPlain(vars) ? [] : [wrong(place, vars, 'an object: section names and their vars')]
}

function secretsProblems(secrets: unknown): Problem[] {
  if (secrets === undefined) return []
  if (!isPlain(secrets)) return [wrong('secrets', secrets, "an object such as { store: 'prod.secrets.age' }")]
  const known = ['store', 'identity']
  return Object.entries(secrets).flatMap(([key, path]) => [
    ...unknownKey('secrets', key, known),
    ...(known.includes(key) && path !== undefined && (typeof path !== 'string' || path === '')
      ? [wrong(`secrets.${key}`, path, 'the path of a file')]
      : []),
  ])
}

function wrong(place: string, value: unknown, allowed: string): Problem {
  return { place, found: foundWords(value), allowed }
}

function foundWords(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'string') return JSON.stringify(value)
  return Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`
}
