import type { z } from 'zod'
import type { PlaybookCommand } from './command.ts'
import type { Role, VarsSchemas } from './role.ts'

/** Which roles a group of hosts gets. */
export interface Play<Roles extends readonly Role[] = readonly Role[]> {
  /** Name of a group, or `all`. */
  readonly on: string
  readonly roles: Roles
}

/** What is to be done on which hosts; `Vars` is the shape of the vars that all its roles read. */
export interface Playbook<Vars = unknown> {
  readonly name: string
  readonly plays: readonly Play[]
  /** Commands that its inventories have beside the built-in ones. */
  readonly commands: readonly PlaybookCommand[]
  /** Only for the type checker: the vars an inventory may set. */
  readonly varsType?: Vars
}

// Over one role at a time: a union of schemas that TypeScript infers at once shrinks to its smallest member.
type SchemasOf<One> = One extends Role<infer Schemas> ? Schemas : never

type Merged<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer All) => void
  ? All
  : never

/** The vars as an inventory writes them, before defaults. */
export type VarsInput<Schemas extends VarsSchemas> = { [Name in keyof Schemas]: z.input<Schemas[Name]> }

type PlayVars<Plays extends readonly Play[]> =
  Merged<SchemasOf<Plays[number]['roles'][number]>> extends infer All extends VarsSchemas ? VarsInput<All> : never

/** Declares a playbook: plays in order, each giving roles to one group. */
export function definePlaybook<const Plays extends readonly Play[]>(playbook: {
  readonly name: string
  readonly plays: Plays
  readonly commands?: readonly PlaybookCommand[]
}): Playbook<PlayVars<Plays>> {
  return Object.freeze({ name: playbook.name, plays: playbook.plays, commands: playbook.commands ?? [] })
}
