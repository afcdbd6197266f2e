import type { ActiveChange } from './change.ts'
import type { Resource, ResourceId, Signal } from './resource.ts'

/** A role's resources on one host, in the order they are looked after. */
export interface RoleResources {
  readonly role: string
  readonly resources: readonly Resource[]
  /** Names of the roles on this host that it depends on by slots: when one of them fails, this role is not begun. */
  readonly after?: readonly string[] | undefined
}

/** All that one host should be: roles in dependency order. No network was needed to make it. */
export interface HostDeclaration {
  readonly host: string
  readonly roles: readonly RoleResources[]
}

/** One change to one resource. */
export interface Step {
  readonly role: string
  readonly resource: Resource
  readonly change: ActiveChange
  readonly signal: Signal | undefined
  /** It follows from other steps of this plan; by itself the resource is as declared. */
  readonly consequence: boolean
}

/** A resource that is left alone although nothing here can make it as declared. */
export interface PlanNote {
  readonly role: string
  readonly id: ResourceId
  /** Why, e.g. `SELinux is off`. */
  readonly note: string
}

/** What one host needs, in order. */
export interface HostPlan {
  readonly host: string
  readonly steps: readonly Step[]
  /** How many resources are as declared. */
  readonly kept: number
  /** Those of the kept that had nothing to do here. */
  readonly notes: readonly PlanNote[]
}
