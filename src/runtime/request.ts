import type { EvaluatedHost } from '../dsl/evaluate.ts'
import type { RunEvent } from '../model/events.ts'
import type { HostPlan } from '../model/plan.ts'
import type { Connection, Session } from '../model/session.ts'

/** One host of a run: what it should be and how it is reached. */
export interface Target {
  readonly host: EvaluatedHost
  readonly connection: Connection
}

/** What one run is asked to do. */
export interface FleetRequest {
  readonly command: 'apply' | 'drift'
  /** Name of the run, unique and sortable, e.g. `20261124T034856Z-3f9a`. */
  readonly run: string
  /** Who runs it, for the lock: `user@controller`. */
  readonly owner: string
  readonly targets: readonly Target[]
  /** Hosts to work on in parallel. */
  readonly forks: number
  /** Stop after the plan. */
  readonly dryRun: boolean
  /** Fetch differing contents for unified diffs. */
  readonly contents: boolean
  /** Asked once, after every reachable host is planned and if anything would change; absent means yes. */
  readonly confirm?: ((plans: readonly HostPlan[]) => Promise<boolean>) | undefined
}

/** The edge of the runtime. */
export interface FleetPorts {
  connect(target: Target, signal: AbortSignal): Promise<Session>
  emit(event: RunEvent): void
  /** Milliseconds since the epoch. */
  now(): number
  /** A fresh random word for framing, at least 128 bits. */
  token(): string
  /** Bytes of a file or download named by an enactment. */
  blob(source: {
    readonly file?: string | undefined
    readonly url?: string | undefined
    readonly sha256: string
  }): Promise<Uint8Array>
}
