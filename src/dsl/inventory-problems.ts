import { isDeepStrictEqual } from 'node:util'
import type { Problem } from '../kernel/errors.ts'
import { unknownKey } from './frame-problems.ts'
import type { Inventory } from './inventory.ts'
import type { Role } from './role.ts'

const hostName = /^[A-Za-z0-9][A-Za-z0-9._-]*$/

/**
 * Mistakes in hosts, groups and plays. Vars are checked against the roles' schemas elsewhere. `whole`: no host was left
 * out for a mistake of its own, so that a group without hosts is a mistake, too.
 */
export function inventoryProblems(inventory: Inventory, { whole }: { readonly whole: boolean }): Problem[] {
  return [
    ...(whole && Object.keys(inventory.hosts).length === 0
      ? [{ place: 'hosts', found: 'none', allowed: 'at least one host' }]
      : []),
    ...hostProblems(inventory),
    ...groupProblems(inventory, whole),
    ...playProblems(inventory, whole),
  ]
}

/** Secrets that the store lacks, all in one sentence. `path`: the inventory as it was typed. */
export function missingSecrets(names: Iterable<string>, path: string): Problem[] {
  const missing = [...new Set(names)].sort()
  if (missing.length === 0) return []
  const what = missing.length === 1 ? '1 secret' : `${missing.length} secrets`
  const next = `run \`orchestrate secrets init ${path}\``
  return [
    {
      place: 'secrets',
      found: 'nothing in the secret store',
      allowed: `values; ${next}`,
      says: `${what} missing: ${missing.join(', ')}; ${next}`,
    },
  ]
}

/** Each mistake once, though several hosts have it. */
export function distinct(problems: readonly Problem[]): Problem[] {
  return problems.filter((one, index) => problems.findIndex((other) => isDeepStrictEqual(one, other)) === index)
}

/** Whether a value in a play's list is a role. */
export function isRole(value: unknown): value is Role {
  return typeof value === 'object' && value !== null && 'resources' in value && 'vars' in value && 'name' in value
}

function hostProblems({ hosts, platform }: Inventory): Problem[] {
  const problems: Problem[] = []
  const seen = new Map<string, string>()
  for (const [name, host] of Object.entries(hosts)) {
    const place = `hosts.${name}`
    if (!hostName.test(name)) problems.push({ place, found: `"${name}"`, allowed: 'letters, digits and . _ -' })
    problems.push(...unknownKeys(place, host, ['address', 'groups', 'platform', 'ssh', 'vars']))
    if (typeof host.address !== 'string' || !/^[^\s/]+$/.test(host.address)) {
      problems.push({
        place: `${place}.address`,
        found: JSON.stringify(host.address) ?? 'nothing',
        allowed: 'an IP address or a host name',
      })
      continue
    }
    const where = `${host.address} port ${host.ssh?.port ?? 22}`
    const other = seen.get(where)
    if (other)
      problems.push({
        place: `${place}.address`,
        found: `"${host.address}", which is also hosts.${other}`,
        allowed: 'each host once',
      })
    seen.set(where, name)
    const declared = host.platform ?? platform ?? 'el9'
    if (declared !== 'el9')
      problems.push({ place: `${place}.platform`, found: `"${String(declared)}"`, allowed: '"el9"' })
  }
  return problems
}

function groupProblems({ hosts, groups = {}, playbook }: Inventory, whole: boolean): Problem[] {
  const used = new Set(Object.values(hosts).flatMap((host) => host.groups ?? []))
  const known = new Set([...Object.keys(groups), ...playbook.plays.map(({ on }) => on), 'all'])
  const problems: Problem[] = []
  for (const [name, group] of Object.entries(groups)) {
    problems.push(...unknownKeys(`groups.${name}`, group, ['ssh', 'vars']))
    if (whole && !used.has(name))
      problems.push({
        place: `groups.${name}`,
        found: 'no host in this group',
        allowed: 'a group that at least one host names in its `groups`',
      })
  }
  for (const [name, host] of Object.entries(hosts)) {
    for (const group of host.groups ?? []) {
      if (!known.has(group))
        problems.push({
          place: `hosts.${name}.groups`,
          found: `"${group}"`,
          allowed: [...known].map((word) => `"${word}"`).join(', '),
        })
    }
  }
  return problems
}

function playProblems({ hosts, playbook }: Inventory, whole: boolean): Problem[] {
  const used = new Set(Object.values(hosts).flatMap((host) => host.groups ?? []))
  return playbook.plays.flatMap(({ on, roles }, index) => {
    const place = `playbook ${playbook.name}, play ${index + 1}`
    const problems: Problem[] = []
    if (whole && on !== 'all' && !used.has(on))
      problems.push({
        place: `${place}.on`,
        found: `"${on}", a group without hosts`,
        allowed: '"all" or a group that some host names',
      })
    roles.forEach((role, at) => {
      if (!isRole(role))
        problems.push({
          place: `${place}.roles.${at}`,
          found: `${JSON.stringify(role) ?? 'undefined'}, an unknown role`,
          allowed: 'a role made by defineRole',
        })
    })
    return problems
  })
}

function unknownKeys(place: string, value: object, allowed: readonly string[]): Problem[] {
  return Object.keys(value).flatMap((key) => unknownKey(place, key, allowed))
}
