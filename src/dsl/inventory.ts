import type { Playbook } from './playbook.ts'
import type { Platform } from './role.ts'
import type { SecretReference } from './secret-reference.ts'
import type { SshSettings } from './ssh-settings.ts'

/** Vars may be given in parts: inventory, group and host levels are merged, lists replaced whole. */
export type PartialVars<Vars> = Vars extends SecretReference
  ? Vars
  : Vars extends readonly unknown[]
    ? Vars
    : Vars extends object
      ? { readonly [Name in keyof Vars]?: PartialVars<Vars[Name]> | undefined }
      : Vars

/** One machine. */
export interface HostEntry<Vars> {
  /** IP address, name, or alias of the ssh config. */
  readonly address: string
  readonly groups?: readonly string[]
  readonly platform?: Platform
  readonly ssh?: SshSettings
  readonly vars?: PartialVars<Vars>
}

/** What the hosts of one group share. */
export interface GroupEntry<Vars> {
  readonly ssh?: SshSettings
  readonly vars?: PartialVars<Vars>
}

/** Hosts, groups, vars and the playbook they are for. */
export interface Inventory<Vars = unknown> {
  readonly playbook: Playbook<Vars>
  readonly platform?: Platform
  readonly ssh?: SshSettings
  /** Where the encrypted secrets are; default beside the inventory, `NAME.secrets.age`. */
  readonly secrets?: { readonly store?: string; readonly identity?: string }
  readonly hosts: Readonly<Record<string, HostEntry<Vars>>>
  readonly groups?: Readonly<Record<string, GroupEntry<Vars>>>
  readonly vars?: PartialVars<Vars>
}

const brand: unique symbol = Symbol.for('orchestrate.inventory') as never

/** Declares an inventory. Names and types of the vars come from the playbook's roles. */
export function defineInventory<Vars>(
  inventory: Inventory<NoInfer<Vars>> & { readonly playbook: Playbook<Vars> },
): Inventory<Vars> {
  return Object.freeze({ ...inventory, [brand]: true })
}

/** Whether a module's default export came from `defineInventory`. */
export function isInventory(value: unknown): value is Inventory {
  return typeof value === 'object' && value !== null && brand in value
}
