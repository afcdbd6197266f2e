import { DeclarationError, OrchestrateError, type Problem } from '../kernel/errors.ts'
import { Secret } from '../kernel/secret.ts'
import { Text } from '../kernel/text.ts'
import type { DnsSource } from '../model/dns.ts'
import type { Endpoint } from '../model/endpoint.ts'
import type { HostDeclaration, RoleResources } from '../model/plan.ts'
import type { LiveCheck } from './check.ts'
import { withoutClashes } from './clashes.ts'
import { endpoints } from './endpoints.ts'
import { frameOf } from './frame-problems.ts'
import type { Inventory } from './inventory.ts'
import { distinct, inventoryProblems, isRole, missingSecrets } from './inventory-problems.ts'
import { orderRoles, type RoleLinks, rolesBefore } from './order.ts'
import type { HostFacts, Role, RoleContext } from './role.ts'
import type { Provided, Slot } from './slot.ts'
import { sshProblems, sshSecrets } from './ssh-settings.ts'
import { hostVars, schemasOf, sectionClashes, varsLevels } from './vars.ts'

/** What evaluation needs from outside: rendered templates and known secrets. Both answer without a network. */
export interface EvaluationPorts {
  template(name: string, locals: Readonly<Record<string, unknown>>): Text
  /** `undefined` when the store has no such secret. */
  secret(name: string): Secret | undefined
}

/** One host after evaluation. */
export interface EvaluatedHost {
  readonly facts: HostFacts
  readonly declaration: HostDeclaration
  readonly vars: Readonly<Record<string, unknown>>
  /** Every secret that its roles asked for. */
  readonly secrets: readonly Secret[]
  /** What its roles put into slots, in role order. */
  readonly provided: readonly Provided[]
  readonly endpoints: readonly Endpoint[]
  /** The DNS records it needs, and what must be true of it while it runs, as its roles say. */
  readonly records: readonly DnsSource[]
  readonly checks: readonly LiveCheck[]
}

/** What evaluation came to. */
export interface Evaluation {
  /** The hosts that could be evaluated; all of them if there are no problems. */
  readonly hosts: readonly EvaluatedHost[]
  readonly problems: readonly Problem[]
  /** Names of secrets that roles or ssh settings ask for and the store lacks. */
  readonly missing: readonly string[]
}

/** Turns an inventory into what each host should be, or throws one DeclarationError with every mistake in it. */
export function evaluate(inventory: Inventory, ports: EvaluationPorts): readonly EvaluatedHost[] {
  const { hosts, problems, missing } = inspect(inventory, ports)
  const all = [...problems, ...missingSecrets(missing, 'INVENTORY')]
  if (all.length > 0) throw new DeclarationError(all)
  return hosts
}

/** Evaluates whatever can be evaluated and collects every mistake: in frame, vars, roles, between hosts, in ssh settings. */
export function inspect(inventory: Inventory, ports: EvaluationPorts): Evaluation {
  const frame = frameOf(inventory)
  const problems: Problem[] = [...frame.problems, ...sshProblems(inventory)]
  if (!frame.sound) return { hosts: [], problems, missing: [] }
  const inside = inspectSound(frame.sound, ports, frame.whole)
  problems.push(...inside.problems)
  return { ...inside, problems: distinct(problems) }
}

function inspectSound(inventory: Inventory, ports: EvaluationPorts, whole: boolean): Evaluation {
  const problems: Problem[] = [...inventoryProblems(inventory, { whole })]
  const missing: string[] = []
  const allRoles = [...new Set(inventory.playbook.plays.flatMap(({ roles }) => roles))].filter(isRole)
  problems.push(...sectionClashes(allRoles))
  const known = new Set(schemasOf(allRoles).keys())
  const hosts = Object.keys(inventory.hosts).map((name) => {
    const evaluation = new HostEvaluation(factsOf(inventory, name), ports)
    const host = evaluation.run(rolesOf(inventory, name), varsLevels(inventory, name), known)
    problems.push(...evaluation.problems)
    missing.push(...evaluation.missing, ...sshSecrets(inventory, name).filter((secret) => !ports.secret(secret)))
    return host
  })
  problems.push(...allRoles.flatMap((role) => fleetProblems(role, hosts)))
  return { hosts, problems, missing }
}

/** The roles that a host's plays give it, in playbook order. */
export function rolesOf({ playbook, hosts }: Inventory, host: string): Role[] {
  const groups = hosts[host]?.groups ?? []
  const plays = playbook.plays.filter(({ on }) => on === 'all' || groups.includes(on))
  return [...new Set(plays.flatMap(({ roles }) => roles))].filter(isRole)
}

/** What roles may know of a host: all of it stands in the inventory. */
export function factsOf(inventory: Inventory, name: string): HostFacts {
  const host = inventory.hosts[name]
  return Object.freeze({
    name,
    address: host?.address ?? '',
    groups: host?.groups ?? [],
    platform: host?.platform ?? inventory.platform ?? 'el9',
  })
}

/** Mistakes that a role finds when its hosts are compared; hosts whose vars have mistakes are left out. */
function fleetProblems(role: Role, hosts: readonly EvaluatedHost[]): Problem[] {
  const problems: Problem[] = []
  const members = hosts.filter(
    ({ declaration, vars }) =>
      declaration.roles.some((one) => one.role === role.name) && Object.keys(role.vars).every((name) => name in vars),
  )
  role.fleet(
    members.map(({ facts, vars }) => ({ host: facts, vars: vars as never })),
    (place, found, allowed) => problems.push({ place, found, allowed }),
  )
  return problems
}

/** Evaluates the roles of one host, collecting mistakes instead of stopping at the first. */
class HostEvaluation {
  readonly problems: Problem[] = []
  readonly missing: string[] = []
  readonly #secrets = new Map<string, Secret>()
  readonly #facts: HostFacts
  readonly #ports: EvaluationPorts
  /** Roles whose vars have mistakes: what they would have provided is not missed. */
  #skipped = false

  constructor(facts: HostFacts, ports: EvaluationPorts) {
    this.#facts = facts
    this.#ports = ports
  }

  run(roles: readonly Role[], levels: ReturnType<typeof varsLevels>, known: ReadonlySet<string>): EvaluatedHost {
    const { sections, problems } = hostVars(levels, roles, known)
    this.problems.push(...problems)
    const usable = roles.filter((role) => Object.keys(role.vars).every((name) => name in sections))
    this.#skipped = usable.length < roles.length
    const given = new Map(
      usable.map((role) => [role, this.#guarded(role, () => role.provides(this.#context(role, sections, [])) ?? [])]),
    )
    const links = usable.map((role) => ({ role, provides: new Set((given.get(role) ?? []).map(({ slot }) => slot)) }))
    const ordered = this.#ordered(links)
    const provided = ordered.flatMap((role) => given.get(role) ?? [])
    for (const role of ordered) this.#checkSecrets(role, sections)
    const declared = ordered.map(
      (role): RoleResources => ({
        role: role.name,
        resources: this.#guarded(role, () => [...role.resources(this.#context(role, sections, provided))]) ?? [],
        after: links
          .filter((link) => link.role === role)
          .flatMap((link) => rolesBefore(link, links))
          .map(({ name }) => name),
      }),
    )
    const { roles: merged, problems: clashes } = withoutClashes(declared)
    this.problems.push(...clashes)
    return {
      facts: this.#facts,
      declaration: Object.freeze({ host: this.#facts.name, roles: merged }),
      vars: sections,
      secrets: [...this.#secrets.values()],
      provided,
      endpoints: provided.filter(({ slot }) => slot === endpoints).map(({ value }) => value as Endpoint),
      records: ordered.flatMap(
        (role) => this.#guarded(role, () => role.records(this.#context(role, sections, provided))) ?? [],
      ),
      checks: ordered.flatMap(
        (role) => this.#guarded(role, () => role.checks(this.#context(role, sections, provided))) ?? [],
      ),
    }
  }

  #ordered(links: readonly RoleLinks[]): readonly Role[] {
    const result = orderRoles(links)
    if ('order' in result) return result.order
    this.problems.push({
      place: 'playbook, order of roles',
      found: `a circle: ${result.circle.join(' → ')}`,
      allowed: 'slots that put every role before or after another',
    })
    return links.map(({ role }) => role)
  }

  #checkSecrets(role: Role, sections: Readonly<Record<string, unknown>>): void {
    const needs = this.#guarded(role, () => role.secrets({ host: this.#facts, vars: sections as never })) ?? []
    for (const { name } of needs) this.#secret(name)
  }

  #context(role: Role, sections: Readonly<Record<string, unknown>>, provided: readonly Provided[]): RoleContext<never> {
    return {
      host: this.#facts,
      vars: sections as never,
      secret: (name) => this.#secret(name),
      collect: (slot) => this.#collected(role, slot, provided),
      template: (name, locals = {}) => this.#guarded(role, () => this.#ports.template(name, locals)) ?? new Text([]),
      refuse: (place, found, allowed) => {
        if (!(this.#skipped && place === 'playbook')) this.problems.push({ place, found, allowed })
      },
    }
  }

  /** An undeclared slot would not have put the role in order: what it misses would depend on the playbook. */
  #collected<Value>(role: Role, slot: Slot<Value>, provided: readonly Provided[]): readonly Value[] {
    if (![...role.collects, ...role.reads].includes(slot))
      this.problems.push({
        place: `role ${role.name}`,
        found: `collect(${slot.name}), a slot that it does not declare`,
        allowed: `collects: [${slot.name}], or reads: [${slot.name}] where the order does not matter`,
      })
    return provided.filter((one) => one.slot === slot).map(({ value }) => value as Value)
  }

  #secret(name: string): Secret {
    const known = this.#ports.secret(name)
    if (!known) this.missing.push(name)
    const value = known ?? new Secret(name, 'missing')
    this.#secrets.set(name, value)
    return value
  }

  /** Runs role code; an expected error becomes a problem, anything else is told with the role's name unless mistakes explain it. */
  #guarded<Result>(role: Role, run: () => Result): Result | undefined {
    try {
      return run()
    } catch (error) {
      if (error instanceof DeclarationError) this.problems.push(...error.problems)
      else if (OrchestrateError.is(error))
        this.problems.push({
          place: `role ${role.name}`,
          found: error.message,
          allowed: error.hint ?? 'a role that evaluates',
        })
      else if (this.problems.length + this.missing.length === 0)
        throw new Error(`role ${role.name} failed on host ${this.#facts.name}`, { cause: error })
      return undefined
    }
  }
}
