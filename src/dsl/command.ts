import type { ExitName } from '../kernel/errors.ts'
import type { Answer, DnsType } from '../model/dns.ts'
import type { Session } from '../model/session.ts'
import type { HostFacts, Role, VarsOf, VarsSchemas } from './role.ts'

/** A command that a playbook brings along: `orchestrate NAME INVENTORY ACTION`. */
export interface PlaybookCommand {
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  /** What each action does, with its exit codes. */
  readonly description: string
  readonly actions: readonly [string, ...string[]]
  run(context: CommandContext): Promise<CommandResult>
}

/** What a command of a playbook works with. */
export interface CommandContext {
  /** One of the command's actions. */
  readonly action: string
  readonly format: 'text' | 'json'
  /** The hosts that `--limit` leaves and that have this role, with the vars that the role reads; without any, E_USAGE. */
  hostsWith<Schemas extends VarsSchemas>(role: Role<Schemas>): readonly CommandHost<VarsOf<Schemas>>[]
  connect(host: string): Promise<Session>
  /** What each authoritative server of the name says, or the one that `--server` names. */
  answers(name: string, type: DnsType | 'SOA'): Promise<readonly Answer[]>
}

/** A host as a command sees it. */
export interface CommandHost<Vars> {
  readonly host: HostFacts
  readonly vars: Vars
}

/** The end of a command: its result for standard output and its exit. */
export interface CommandResult {
  readonly output: string
  readonly exit: ExitName
}
