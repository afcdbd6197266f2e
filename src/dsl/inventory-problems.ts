import type { Problem } from '../kernel/errors.ts'
import type { Inventory } from './inventory.ts'
import type { Role } from './role.ts'

const hostName = /^[A-Za-z0-9][A-Za-z0-9._-]*$/

/** Mistakes in the frame of an inventory: hosts, groups, plays. Vars are checked against the roles' schemas elsewhere. */
export function inventoryProblems(inventory: Inventory): Problem[] {
  return [...hostProblems(inventory), ...groupProblems(inventory), ...playProblems(inventory)]
}

/** Whether a value in a play's list is a role. */
export function isRole(value: unknown): value is Role {
  return typeof value === 'object' && value !== null && 'resources' in value && 'vars' in value && 'name' in value
}

function hostProblems({ hosts, platform }: Inventory): Problem[] {
  const problems: Problem[] = []
  const seen = new Map<string, string>()
  if (Object.keys(hosts).length === 0) problems.push({ place: 'hosts', found: 'none', allowed: 'at least one host' })
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

function groupProblems({ hosts, groups = {}, playbook }: Inventory): Problem[] {
  const used = new Set(Object.values(hosts).flatMap((host) => host.groups ?? []))
  const known = new Set([...Object.keys(groups), ...playbook.plays.map(({ on }) => on), 'all'])
  const problems: Problem[] = []
  for (const [name, group] of Object.entries(groups)) {
    problems.push(...unknownKeys(`groups.${name}`, group, ['ssh', 'vars']))
    if (!used.has(name))
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

function playProblems({ hosts, playbook }: Inventory): Problem[] {
  const used = new Set(Object.values(hosts).flatMap((host) => host.groups ?? []))
  return playbook.plays.flatMap(({ on, roles }, index) => {
    const place = `playbook ${playbook.name}, play ${index + 1}`
    const problems: Problem[] = []
    if (on !== 'all' && !used.has(on))
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
  return Object.keys(value)
    .filter((key) => !allowed.includes(key))
    .map((key) => ({ place: `${place}.${key}`, found: `unknown key "${key}"`, allowed: allowed.join(', ') }))
}
