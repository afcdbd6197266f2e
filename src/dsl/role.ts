import type { z } from 'zod'
import type { Secret } from '../kernel/secret.ts'
import type { Text } from '../kernel/text.ts'
import type { Resource } from '../model/resource.ts'
import type { AnySlot, Provided, Slot } from './slot.ts'

/** The sections of the vars that a role reads, each with its schema. Sections of one name share one schema object. */
export type VarsSchemas = Readonly<Record<string, z.ZodType>>

/** The vars as a role sees them: checked and with defaults filled in. */
export type VarsOf<Schemas extends VarsSchemas> = { readonly [Name in keyof Schemas]: z.output<Schemas[Name]> }

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

/** What a role makes its resources from. */
export interface RoleContext<Vars> extends ProvideContext<Vars> {
  /** All values that roles on this host provided, in role order. */
  collect<Value>(slot: Slot<Value>): readonly Value[]
  /** Renders `templates/<name>`; a missing value is an error with template and line. */
  template(name: string, locals?: Readonly<Record<string, unknown>>): Text
  /** Reports a mistake that no schema can see, e.g. two options that exclude each other. */
  refuse(place: string, found: string, allowed: string): void
}

/** A role: pure; vars and collected slot values in, resources out, top to bottom. */
export interface RoleParts<Schemas extends VarsSchemas> {
  readonly name: string
  /** One sentence for people. */
  readonly description: string
  readonly vars: Schemas
  /** Slots this role reads. */
  readonly collects?: readonly AnySlot[]
  secrets?(context: { readonly host: HostFacts; readonly vars: VarsOf<Schemas> }): readonly SecretNeed[]
  provides?(context: ProvideContext<VarsOf<Schemas>>): readonly Provided[]
  resources(context: RoleContext<VarsOf<Schemas>>): Iterable<Resource>
}

/** A declared role; `Schemas` carries the types of its vars to the inventory. */
export interface Role<Schemas extends VarsSchemas = VarsSchemas> {
  readonly name: string
  readonly description: string
  readonly vars: Schemas
  readonly collects: readonly AnySlot[]
  secrets(context: { readonly host: HostFacts; readonly vars: never }): readonly SecretNeed[]
  provides(context: ProvideContext<never>): readonly Provided[]
  resources(context: RoleContext<never>): Iterable<Resource>
}

/** Declares a role. */
export function defineRole<const Schemas extends VarsSchemas>(parts: RoleParts<Schemas>): Role<Schemas> {
  return Object.freeze<Role<Schemas>>({
    name: parts.name,
    description: parts.description,
    vars: parts.vars,
    collects: parts.collects ?? [],
    secrets: (context) => parts.secrets?.(context) ?? [],
    provides: (context) => parts.provides?.(context) ?? [],
    resources: (context) => parts.resources(context),
  })
}
