import type { ExitName } from '../kernel/errors.ts'
import type { HostPlan } from './plan.ts'

/** Where a host is in its run. */
export type Stage = 'connect' | 'look' | 'lock' | 'apply' | 'verify' | 'done'

/** How one host ended. */
export type HostStatus = 'converged' | 'changed' | 'drift' | 'failed' | 'unreachable' | 'refused' | 'interrupted'

/** What the engine says while it works. It never prints; Listr, the plain renderer, `--events` and the reports read these. */
export type RunEvent =
  | { readonly type: 'run-started'; readonly run: string; readonly command: string; readonly hosts: readonly string[] }
  | { readonly type: 'stage'; readonly host: string; readonly stage: Stage }
  | { readonly type: 'planned'; readonly host: string; readonly plan: HostPlan }
  | { readonly type: 'role-started'; readonly host: string; readonly role: string; readonly steps: number }
  | { readonly type: 'step-started'; readonly host: string; readonly role: string; readonly id: string }
  | { readonly type: 'step-done'; readonly host: string; readonly role: string; readonly id: string }
  | {
      readonly type: 'step-failed'
      readonly host: string
      readonly role: string
      readonly id: string
      readonly message: string
    }
  | { readonly type: 'note'; readonly host: string; readonly message: string }
  | { readonly type: 'host-done'; readonly host: string; readonly result: HostResult }
  | { readonly type: 'run-done'; readonly run: string; readonly exit: ExitName }

/** The end of one host's run. */
export interface HostResult {
  readonly host: string
  readonly status: HostStatus
  readonly plan?: HostPlan | undefined
  /** Steps carried out, and service reloads and restarts among them. */
  readonly changed: number
  readonly restarts: number
  readonly reloads: number
  /** One sentence; the next action in `hint`. */
  readonly message?: string | undefined
  readonly hint?: string | undefined
  /** Code of the failure, e.g. E_LOCKED. */
  readonly code?: string | undefined
  readonly milliseconds: number
}

/** A whole run, as it is reported. */
export interface RunRecord {
  readonly run: string
  readonly command: string
  readonly started: string
  readonly milliseconds: number
  readonly exit: ExitName
  readonly hosts: readonly HostResult[]
}
