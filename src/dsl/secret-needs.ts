import { DeclarationError, type Problem } from '../kernel/errors.ts'
import { factsOf, rolesOf } from './evaluate.ts'
import { frameOf } from './frame-problems.ts'
import type { Inventory } from './inventory.ts'
import { distinct, inventoryProblems, isRole } from './inventory-problems.ts'
import { isPlain } from './merge.ts'
import type { SecretNeed } from './role.ts'
import { isSecretReference } from './secret-reference.ts'
import { sshProblems } from './ssh-settings.ts'
import { hostVars, schemasOf, varsLevels } from './vars.ts'

/** One secret that an inventory needs, whoever asks for it. */
export interface SecretRequirement {
  readonly name: string
  /** Characters to generate; `null`: a person must set it. */
  readonly length: number | null
  readonly description: string
  /** Roles that declare it. */
  readonly roles: readonly string[]
  /** Where vars or ssh settings name it. */
  readonly places: readonly string[]
}

const usualLength = 32

/** Every secret that the roles declare or that `secret('NAME')` names, sorted; the store is not asked. */
export function secretNeeds(inventory: Inventory): SecretRequirement[] {
  const { problems: frame, sound, whole } = frameOf(inventory)
  const problems = [...frame, ...sshProblems(inventory)]
  if (!sound) throw new DeclarationError(problems)
  problems.push(...inventoryProblems(sound, { whole }))
  const found = new Map<string, SecretRequirement>()
  const add = (one: SecretRequirement) => found.set(one.name, joined(found.get(one.name), one))

  for (const { name, place } of references(sound)) add({ ...named(name), places: [place] })
  for (const host of Object.keys(sound.hosts)) {
    const of = needsOf(sound, host)
    problems.push(...of.problems)
    for (const { role, need } of of.needs) add(declared(need, role))
    for (const { name, place } of referencesIn(of.sections, `vars of ${host}`))
      if (!found.has(name)) add({ ...named(name), places: [place] })
  }
  if (problems.length > 0) throw new DeclarationError(distinct(problems))
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

interface HostNeeds {
  readonly problems: readonly Problem[]
  readonly sections: Readonly<Record<string, unknown>>
  readonly needs: readonly { readonly role: string; readonly need: SecretNeed }[]
}

function needsOf(inventory: Inventory, host: string): HostNeeds {
  const roles = rolesOf(inventory, host)
  const known = new Set(schemasOf(inventory.playbook.plays.flatMap((play) => play.roles.filter(isRole))).keys())
  const { sections, problems } = hostVars(varsLevels(inventory, host), roles, known)
  const facts = factsOf(inventory, host)
  const usable = roles.filter((role) => Object.keys(role.vars).every((name) => name in sections))
  // The sections were checked by the very schemas of these roles.
  const needs = usable.flatMap((role) =>
    role.secrets({ host: facts, vars: sections as never }).map((need) => ({ role: role.name, need })),
  )
  return { problems, sections, needs }
}

function named(name: string): SecretRequirement {
  return { name, length: null, description: '', roles: [], places: [] }
}

function declared({ name, length = usualLength, description }: SecretNeed, role: string): SecretRequirement {
  return { name, length, description, roles: [role], places: [] }
}

/** Two needs of one name: a role's word on its length beats a mere mention, `null` beats a number, the longer one wins. */
function joined(one: SecretRequirement | undefined, other: SecretRequirement): SecretRequirement {
  if (!one) return other
  const lengths = [one, other].filter(({ roles }) => roles.length > 0).map(({ length }) => length)
  const numbers = lengths.filter((length) => length !== null)
  return {
    name: one.name,
    length: lengths.length > 0 && numbers.length === lengths.length ? Math.max(...numbers) : null,
    description: one.description || other.description,
    roles: [...new Set([...one.roles, ...other.roles])],
    places: [...new Set([...one.places, ...other.places])],
  }
}

function references({ vars, ssh, groups = {}, hosts }: Inventory): { name: string; place: string }[] {
  return [...referencesIn({ vars, ssh }), ...referencesIn({ groups }), ...referencesIn({ hosts })]
}

function referencesIn(value: unknown, place = ''): { name: string; place: string }[] {
  if (isSecretReference(value)) return [{ name: value.secret, place }]
  if (!isPlain(value) && !Array.isArray(value)) return []
  return Object.entries(value).flatMap(([key, inner]) => referencesIn(inner, place ? `${place}.${key}` : key))
}
