import { lockScript, parseLock, stopScript, unlockScript } from '../engine/lock.ts'
import { planHost } from '../engine/planner.ts'
import { OrchestrateError } from '../kernel/errors.ts'
import { lines } from '../kernel/sh.ts'
import type { Stage } from '../model/events.ts'
import type { HostPlan, Step } from '../model/plan.ts'
import type { Session } from '../model/session.ts'
import { spelled } from '../report/words.ts'
import { applyRole } from './apply-role.ts'
import { type Look, look } from './look.ts'
import type { FleetPorts, FleetRequest, Target } from './request.ts'
import { disarms, stillReachable } from './still-reachable.ts'

/** What one host's apply came to. */
export interface Applied {
  readonly done: readonly Step[]
  readonly interrupted: boolean
}

/** One host in one run: an open session and what is known of the host so far. */
export class HostRun {
  readonly name: string
  readonly #target: Target
  readonly #request: FleetRequest
  readonly #ports: FleetPorts
  readonly #signal: AbortSignal
  #session: Session | undefined
  #unfinished = false
  #changed = 0

  constructor(target: Target, request: FleetRequest, ports: FleetPorts, signal: AbortSignal) {
    this.name = target.host.facts.name
    this.#target = target
    this.#request = request
    this.#ports = ports
    this.#signal = signal
  }

  /** Connects, reads the host and plans. */
  async plan(): Promise<HostPlan> {
    this.#stage('connect')
    this.#session = await this.#ports.connect(this.#target, this.#signal)
    this.#stage('look')
    const { seen, unfinished } = await this.#look(this.#request.contents)
    this.#unfinished = unfinished
    const plan = planHost(this.#target.host.declaration, seen)
    this.#ports.emit({ type: 'planned', host: this.name, plan })
    return plan
  }

  /** Whether an earlier run left its lock or journal: then even a host without changes is locked and looked at again. */
  get unfinished(): boolean {
    return this.#unfinished
  }

  /** Takes the lock, looks again, carries out what is still to do, and proves by a last look that nothing is left. */
  async apply(plan: HostPlan): Promise<Applied> {
    const session = this.#open()
    const { run, owner } = this.#request
    this.#stage('lock')
    const since = new Date(this.#ports.now()).toISOString()
    const locked = await this.#look(this.#request.contents, { run, owner, since })
    this.#requireLock(locked)
    const result = await this.#locked(session, plan, planHost(this.#target.host.declaration, locked.seen))
    await session.run(unlockScript(run, !result.interrupted))
    return result
  }

  /** How many changes of this run stand, also after a failure. */
  get changed(): number {
    return this.#changed
  }

  async close(): Promise<void> {
    await this.#session?.close()
  }

  async #locked(session: Session, shown: HostPlan, plan: HostPlan): Promise<Applied> {
    try {
      if (this.#request.confirm) this.#refuseStale(shown, plan)
      const done = await this.#roles(session, plan)
      if (done.length < plan.steps.length) return { done, interrupted: true }
      this.#stage('verify')
      const left = planHost(this.#target.host.declaration, (await this.#look(true)).seen).steps
      if (left.length > 0) throw this.#notConverged(left)
      return { done, interrupted: false }
    } catch (error) {
      if (!OrchestrateError.is(error) || error.code !== 'E_LOST') await this.#unlockQuietly(session)
      throw error
    }
  }

  async #roles(session: Session, plan: HostPlan): Promise<Step[]> {
    const done: Step[] = []
    this.#stage('apply')
    const stop = () => void this.#askToStop()
    this.#signal.addEventListener('abort', stop, { once: true })
    try {
      for (const [role, steps] of Map.groupBy(plan.steps, (step) => step.role)) {
        if (this.#signal.aborted) return done
        this.#ports.emit({ type: 'role-started', host: this.name, role, steps: steps.length })
        const before = this.#changed
        const onStanding = (changes: number) => {
          this.#changed = before + changes
        }
        const { run } = this.#request
        const { secrets } = this.#target.host
        const next = plan.steps.slice(plan.steps.indexOf(steps.at(-1) as Step) + 1)
        const finished = await stillReachable({
          host: this.name,
          steps,
          work: () => applyRole({ session, role, steps, next, run, ports: this.#ports, secrets, onStanding }),
          connect: (signal) => this.#ports.connect(this.#target, signal),
        })
        done.push(...finished)
        if (finished.length < steps.length) return done
      }
      return done
    } finally {
      this.#signal.removeEventListener('abort', stop)
    }
  }

  // The session is busy with the role's script, so the wish travels over a connection of its own.
  async #askToStop(): Promise<void> {
    try {
      const session = await this.#ports.connect(this.#target, new AbortController().signal)
      await session.run(stopScript)
      await session.close()
    } catch {
      this.#ports.emit({
        type: 'note',
        host: this.name,
        message: 'could not be asked to stop; its role in hand is finished first',
      })
    }
  }

  #look(contents: boolean, lock?: { run: string; owner: string; since: string }): Promise<Look> {
    // After a run that broke off, this connection proves what that one could not.
    const unproven = this.#unfinished ? disarms(this.#target.host.declaration) : []
    const before = lock ? lines([lockScript(lock), ...unproven]) : undefined
    return look(this.#open(), {
      declared: this.#target.host.declaration,
      token: this.#ports.token(),
      contents,
      signal: lock ? undefined : this.#signal,
      before,
    })
  }

  #requireLock({ before }: Look): void {
    const answer = parseLock(before)
    if (answer.state === 'locked') {
      if (answer.interrupted)
        this.#ports.emit({
          type: 'note',
          host: this.name,
          message: `an earlier run stopped half way: ${answer.interrupted}`,
        })
      return
    }
    const held = answer.state === 'held' ? answer : undefined
    const who = held ? `by ${held.by.owner} since ${held.by.since} (run ${held.by.run})` : 'and did not say by whom'
    throw new OrchestrateError(
      `${this.name} is locked ${who}${held?.finishing ? '; its connection is gone and its last step still runs' : ''}`,
      {
        code: 'E_LOCKED',
        exit: 'refused',
        host: this.name,
        hint: held?.finishing ? 'run again in a minute' : 'wait for that run to end, then run again',
      },
    )
  }

  #refuseStale(shown: HostPlan, now: HostPlan): void {
    const words = (plan: HostPlan) => plan.steps.map(({ resource, change }) => `${change.action} ${resource.id}`)
    const moved = [...new Set(words(shown)).symmetricDifference(new Set(words(now)))]
    if (moved.length === 0) return
    throw new OrchestrateError(`${this.name} changed after the plan was shown: ${moved.join(', ')}`, {
      code: 'E_STALE',
      exit: 'refused',
      host: this.name,
      hint: 'run the command again and read the new plan',
    })
  }

  #notConverged(left: readonly Step[]): OrchestrateError {
    const words = left.map(({ resource, change }) => {
      const [difference] = 'differences' in change ? change.differences : []
      if (!difference) return `${resource.id} (${change.action})`
      const { what, from, to } = spelled(difference)
      return `${resource.id} (${what}: ${from} → ${to})`
    })
    return new OrchestrateError(`${this.name} is still not as declared after apply: ${words.join(', ')}`, {
      code: 'E_NOT_CONVERGED',
      exit: 'failed',
      host: this.name,
      hint: 'something on the host undoes the change, or two declarations contradict each other',
    })
  }

  async #unlockQuietly(session: Session): Promise<void> {
    try {
      await session.run(unlockScript(this.#request.run, false))
    } catch {
      this.#ports.emit({
        type: 'note',
        host: this.name,
        message: 'the lock could not be given back; it ends with the connection',
      })
    }
  }

  #stage(stage: Stage): void {
    this.#ports.emit({ type: 'stage', host: this.name, stage })
  }

  #open(): Session {
    if (!this.#session) throw new Error(`${this.name} is not connected`)
    return this.#session
  }
}
