import type { z } from 'zod'
import type { Secret } from '../kernel/secret.ts'
import type { Text } from '../kernel/text.ts'
import type { DnsSource } from '../model/dns.ts'
import type { Resource } from '../model/resource.ts'
import type { LiveCheck } from './check.ts'
import type { AnySlot, Provided, Slot } from './slot.ts'

/** The sections of the vars that a role reads, each with its schema. Sections of one name share one schema object. */
export type VarsSchemas = Readonly<Record<string, z.ZodType>>

type SectionsOf<Schemas extends VarsSchemas> = { readonly [Name in keyof Schemas]: z.output<Schemas[Name]> }

/** The vars as a role sees them, checked and with defaults filled in: of its schemas (`typeof vars`) or of the role (`typeof role`). */
export type VarsOf<From extends VarsSchemas | Role> =
  From extends Role<infer Schemas> ? SectionsOf<Schemas> : From extends VarsSchemas ? SectionsOf<From> : never

/** What every role knows of the host it is evaluated for, all of it declared. */
export interface HostFacts {
  readonly name: string
  readonly address: string
  readonly groups: readonly string[]
  readonly platform: Platform
}

/** The declared operating system; the probe checks it. */
export type Platform = 'el9'

/** A secret that a role needs; `secrets init` makes those that the store lacks. */
export interface SecretNeed {
  readonly name: string
  /** Characters of the generated value, default 32. `null`: it cannot be generated, a person must set it. */
  readonly length?: number | null | undefined
  readonly description: string
}

/** What a role may look at before any value is collected. */
export interface ProvideContext<Vars> {
  readonly host: HostFacts
  readonly vars: Vars
  /** A secret of the store by name. */
  secret(name: string): Secret
}

/** What a role's records and checks are made from. */
export interface CollectContext<Vars> extends ProvideContext<Vars> {
  /** All values that roles on this host provided, in role order. The slot must be in `collects` or `reads`. */
  collect<Value>(slot: Slot<Value>): readonly Value[]
}

/** Reports a mistake that no schema can see, e.g. two options that exclude each other. */
export type Refuse = (place: string, found: string, allowed: string) => void

/** What a role makes its resources from. */
export interface RoleContext<Vars> extends CollectContext<Vars> {
  /** Renders `templates/<name>`; a missing value is an error with template and line. */
  template(name: string, locals?: Readonly<Record<string, unknown>>): Text
  readonly refuse: Refuse
}

/** One host of those that have a role, as `fleet` sees it. */
export interface FleetMember<Vars> {
  readonly host: HostFacts
  readonly vars: Vars
}

/** A role: pure; vars and collected slot values in, resources out, top to bottom. */
export interface RoleParts<Schemas extends VarsSchemas> {
  readonly name: string
  /** One sentence for people. */
  readonly description: string
  readonly vars: Schemas
  /** Slots whose values this role works with; they put it before or after the roles that provide them. */
  readonly collects?: readonly AnySlot[]
  /** Slots whose values it only tells others about; they put it in no order. */
  readonly reads?: readonly AnySlot[]
  secrets?(context: { readonly host: HostFacts; readonly vars: SectionsOf<Schemas> }): readonly SecretNeed[]
  provides?(context: ProvideContext<SectionsOf<Schemas>>): readonly Provided[]
  resources(context: RoleContext<SectionsOf<Schemas>>): Iterable<Resource>
  /** DNS records that the host needs. */
  records?(context: CollectContext<SectionsOf<Schemas>>): readonly DnsSource[]
  /** What must be true of the running host; `orchestrate verify` carries it out. */
  checks?(context: CollectContext<SectionsOf<Schemas>>): readonly LiveCheck[]
  /** Mistakes that show only when all hosts with this role are compared; places begin with `hosts.NAME.vars`. */
  fleet?(hosts: readonly FleetMember<SectionsOf<Schemas>>[], refuse: Refuse): void
}

/** A declared role; `Schemas` carries the types of its vars to the inventory. */
export interface Role<Schemas extends VarsSchemas = VarsSchemas> {
  readonly name: string
  readonly description: string
  readonly vars: Schemas
  readonly collects: readonly AnySlot[]
  readonly reads: readonly AnySlot[]
  secrets(context: { readonly host: HostFacts; readonly vars: never }): readonly SecretNeed[]
  provides(context: ProvideContext<never>): readonly Provided[]
  resources(context: RoleContext<never>): Iterable<Resource>
  records(context: CollectContext<never>): readonly DnsSource[]
  checks(context: CollectContext<never>): readonly LiveCheck[]
  fleet(hosts: readonly FleetMember<never>[], refuse: Refuse): void
}

/** Declares a role. */
export function defineRole<const Schemas extends VarsSchemas>(parts: RoleParts<Schemas>): Role<Schemas> {
  return Object.freeze<Role<Schemas>>({
    name: parts.name,
    description: parts.description,
    vars: parts.vars,
    collects: parts.collects ?? [],
    reads: parts.reads ?? [],
    secrets: (context) => parts.secrets?.(context) ?? [],
    provides: (context) => parts.provides?.(context) ?? [],
    resources: (context) => parts.resources(context),
    records: (context) => parts.records?.(context) ?? [],
    checks: (context) => parts.checks?.(context) ?? [],
    fleet: (hosts, refuse) => parts.fleet?.(hosts, refuse),
  })
}
