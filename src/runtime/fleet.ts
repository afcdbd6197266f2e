import { setMaxListeners } from 'node:events'
import PQueue from 'p-queue'
import { OrchestrateError } from '../kernel/errors.ts'
import type { Act } from '../model/change.ts'
import type { HostResult, HostStatus, RunRecord } from '../model/events.ts'
import type { HostPlan, Step } from '../model/plan.ts'
import { exitOf } from '../report/exit.ts'
import { HostRun } from './host-run.ts'
import type { FleetPorts, FleetRequest } from './request.ts'

interface Planned {
  readonly run: HostRun
  readonly started: number
  readonly plan?: HostPlan
  readonly result?: HostResult
}

/** Runs a command on all hosts of a request; every host ends with a result, whatever happens to the others. */
export async function runFleet(request: FleetRequest, ports: FleetPorts, signal: AbortSignal): Promise<RunRecord> {
  const started = ports.now()
  // Each host adds one listener; that is no leak.
  setMaxListeners(0, signal)
  ports.emit({
    type: 'run-started',
    run: request.run,
    command: request.command,
    hosts: request.targets.map(({ host }) => host.facts.name),
  })
  const hosts = await new Fleet(request, ports, signal).run()
  const exit = exitOf(hosts, { drift: request.command === 'drift' || request.dryRun })
  ports.emit({ type: 'run-done', run: request.run, exit })
  return {
    run: request.run,
    command: request.command,
    started: new Date(started).toISOString(),
    milliseconds: ports.now() - started,
    exit,
    hosts,
  }
}

class Fleet {
  readonly #request: FleetRequest
  readonly #ports: FleetPorts
  readonly #signal: AbortSignal

  constructor(request: FleetRequest, ports: FleetPorts, signal: AbortSignal) {
    this.#request = request
    this.#ports = ports
    this.#signal = signal
  }

  /** With a question to ask, all hosts are planned first; without one, each host goes through on its own. */
  async run(): Promise<HostResult[]> {
    const { targets, confirm } = this.#request
    if (!confirm) return this.#inParallel(targets, async (target) => this.#finish(await this.#plan(target), true))
    // Hosts that could not be planned are shown before the question: they matter for the answer.
    const planned = await this.#inParallel(targets, async (target) => {
      const one = await this.#plan(target)
      return one.result ? this.#finish(one, false) : one
    })
    const plans = planned.flatMap((one) => ('run' in one && one.plan && one.plan.steps.length > 0 ? [one.plan] : []))
    const agreed = plans.length === 0 || this.#planOnly() || this.#signal.aborted || (await confirm(plans))
    return this.#inParallel(planned, async (one) => ('run' in one ? this.#finish(one, agreed) : one))
  }

  async #inParallel<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
    const queue = new PQueue({ concurrency: this.#request.forks })
    return queue.addAll(items.map((item) => () => work(item)))
  }

  async #plan(target: FleetRequest['targets'][number]): Promise<Planned> {
    const run = new HostRun(target, this.#request, this.#ports, this.#signal)
    const started = this.#ports.now()
    if (this.#signal.aborted) return { run, started, result: this.#result(run, started, 'interrupted') }
    try {
      return { run, started, plan: await run.plan() }
    } catch (error) {
      return { run, started, result: this.#failure(run, started, error) }
    }
  }

  async #finish({ run, started, plan, result }: Planned, agreed: boolean): Promise<HostResult> {
    const ended = result ?? (plan ? await this.#carryOut(run, started, plan, agreed) : undefined)
    await run.close()
    if (!ended) throw new Error(`${run.name} has neither a plan nor a result`)
    this.#ports.emit({ type: 'stage', host: run.name, stage: 'done' })
    this.#ports.emit({ type: 'host-done', host: run.name, result: ended })
    return ended
  }

  async #carryOut(run: HostRun, started: number, plan: HostPlan, agreed: boolean): Promise<HostResult> {
    const nothing = plan.steps.length === 0
    if (nothing && (this.#planOnly() || !run.unfinished)) return this.#result(run, started, 'converged', { plan })
    if (this.#planOnly()) return this.#result(run, started, 'drift', { plan })
    if (this.#signal.aborted) return this.#result(run, started, 'interrupted', { plan })
    if (!agreed)
      return this.#result(run, started, 'refused', {
        plan,
        message: 'not confirmed; nothing was changed',
        code: 'E_DENIED',
      })
    try {
      const { done, interrupted } = await run.apply(plan)
      const counts = {
        plan,
        changed: done.length,
        restarts: signalled(done, 'restart'),
        reloads: signalled(done, 'reload'),
      }
      if (!interrupted) return this.#result(run, started, done.length > 0 ? 'changed' : 'converged', counts)
      const message = `stopped after ${done.length} of ${plan.steps.length} changes; the next apply goes on from there`
      return this.#result(run, started, 'interrupted', { ...counts, message })
    } catch (error) {
      return { ...this.#failure(run, started, error), plan, changed: run.changed }
    }
  }

  #planOnly(): boolean {
    return this.#request.command === 'drift' || this.#request.dryRun
  }

  #failure(run: HostRun, started: number, error: unknown): HostResult {
    if (!OrchestrateError.is(error)) {
      const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
      return this.#result(run, started, 'failed', {
        message: stack,
        code: 'E_BUG',
        hint: 'this is a bug: please report it',
      })
    }
    const statuses: Partial<Record<typeof error.exit, HostStatus>> = {
      unreachable: 'unreachable',
      refused: 'refused',
      interrupted: 'interrupted',
    }
    const { message, hint, code } = error
    return this.#result(run, started, statuses[error.exit] ?? 'failed', { message, hint, code })
  }

  #result(run: HostRun, started: number, status: HostStatus, more: Partial<HostResult> = {}): HostResult {
    const milliseconds = this.#ports.now() - started
    return { host: run.name, status, changed: 0, restarts: 0, reloads: 0, ...more, milliseconds }
  }
}

function signalled(steps: readonly Step[], act: Act): number {
  return steps.filter(({ change }) => 'differences' in change && change.differences.some((one) => one.act === act))
    .length
}
