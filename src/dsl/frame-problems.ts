import type { Problem } from '../kernel/errors.ts'
import { nearest } from '../kernel/near.ts'
import { isPlain } from './merge.ts'

const keys = ['playbook', 'platform', 'ssh', 'secrets', 'hosts', 'groups', 'vars']

/** Mistakes after which an inventory cannot be looked into: the type checker sees them, plain JavaScript does not. */
export function frameProblems(inventory: object): Problem[] {
  const { playbook, hosts, groups = {}, vars }: Readonly<Record<string, unknown>> = { ...inventory }
  return [
    ...Object.keys(inventory)
      .filter((key) => !keys.includes(key))
      .map(unknownKey),
    ...playbookProblems(playbook),
    ...(isPlain(hosts)
      ? Object.entries(hosts).flatMap(([name, host]) => hostProblems(`hosts.${name}`, host))
      : [wrong('hosts', hosts, 'an object: names and their hosts')]),
    ...(isPlain(groups)
      ? Object.entries(groups).flatMap(([name, group]) => entryProblems(`groups.${name}`, group))
      : [wrong('groups', groups, 'an object: names and their groups')]),
    ...varsProblems('vars', vars),
  ]
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

function unknownKey(key: string): Problem {
  const near = nearest(key, keys)
  return {
    place: key,
    found: `unknown key "${key}"`,
    allowed: `${keys.join(', ')}${near ? `; did you mean ${near}?` : ''}`,
  }
}

function wrong(place: string, value: unknown, allowed: string): Problem {
  return {
    place,
    found:
      value === undefined
        ? 'nothing'
        : typeof value === 'string'
          ? JSON.stringify(value)
          : Array.isArray(value)
            ? 'a list'
            : `a value of type ${typeof value}`,
    allowed,
  }
}
