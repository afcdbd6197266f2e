import { type LockOwner, lockScript, parseLock, stopScript, unlockScript } from '../engine/lock.ts'
import { movedSince, planHost } from '../engine/planner.ts'
import { OrchestrateError } from '../kernel/errors.ts'
import { lines } from '../kernel/sh.ts'
import type { Stage } from '../model/events.ts'
import type { HostDeclaration, HostPlan, Step } from '../model/plan.ts'
import type { Session } from '../model/session.ts'
import { spelled } from '../report/words.ts'
import { applyRole } from './apply-role.ts'
import { applyRoles, type RolesEnded, type RoleTurn } from './apply-roles.ts'
import { lockRefused, putBackNotes } from './lock-answer.ts'
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
  readonly #declared: HostDeclaration
  #session: Session | undefined
  #unfinished = false
  #changed = 0

  constructor(target: Target, request: FleetRequest, ports: FleetPorts, signal: AbortSignal) {
    this.name = target.host.facts.name
    this.#target = target
    this.#request = request
    this.#ports = ports
    this.#signal = signal
    this.#declared = target.host.declaration
  }

  /** Connects, reads the host and plans. */
  async plan(): Promise<HostPlan> {
    this.#stage('connect')
    this.#session = await this.#ports.connect(this.#target, this.#signal)
    this.#stage('look')
    const { seen, unfinished } = await this.#look(this.#request.contents)
    this.#unfinished = unfinished
    const plan = planHost(this.#declared, seen)
    this.#ports.emit({ type: 'planned', host: this.name, plan })
    return plan
  }

  /** Whether an earlier run left its lock or journal: then even a host without changes is locked and looked at again. */
  get unfinished(): boolean {
    return this.#unfinished
  }

  /** How many changes of this run stand, also after a failure. */
  get changed(): number {
    return this.#changed
  }

  /** Takes the lock, looks again, carries out what is still to do, and proves by a last look that nothing is left. */
  async apply(shown: HostPlan): Promise<Applied> {
    const session = this.#open()
    this.#stage('lock')
    const locked = await this.#look(this.#request.contents, {
      run: this.#request.run,
      owner: this.#request.owner,
      since: new Date(this.#ports.now()).toISOString(),
    })
    this.#requireLock(locked)
    try {
      const plan = planHost(this.#declared, locked.seen)
      if (this.#request.confirm) this.#refuseStale(shown, plan)
      const { done, interrupted, failure } = await this.#roles(session, plan)
      if (failure) throw failure
      if (!interrupted) await this.#proveNothingIsLeft()
      await session.run(this.#unlockScript(!interrupted))
      return { done, interrupted }
    } catch (error) {
      if (!OrchestrateError.is(error) || error.code !== 'E_LOST') await this.#unlockQuietly(session)
      throw error
    }
  }

  async close(): Promise<void> {
    await this.#session?.close()
  }

  async #roles(session: Session, plan: HostPlan): Promise<RolesEnded> {
    this.#stage('apply')
    const stop = () => void this.#askToStop()
    this.#signal.addEventListener('abort', stop, { once: true })
    try {
      return await applyRoles(plan, this.#declared, this.#signal, (turn) => this.#role(session, turn))
    } finally {
      this.#signal.removeEventListener('abort', stop)
    }
  }

  #role(session: Session, { role, steps, next }: RoleTurn): Promise<Step[]> {
    this.#ports.emit({ type: 'role-started', host: this.name, role, steps: steps.length })
    const before = this.#changed
    const onStanding = (changes: number) => {
      this.#changed = before + changes
    }
    const { run } = this.#request
    const { secrets } = this.#target.host
    return stillReachable({
      host: this.name,
      steps,
      work: () => applyRole({ session, role, steps, next, run, ports: this.#ports, secrets, onStanding }),
      connect: (signal) => this.#ports.connect(this.#target, signal),
    })
  }

  // The session is busy with the role's script, so the request travels over a connection of its own.
  async #askToStop(): Promise<void> {
    try {
      const session = await this.#ports.connect(this.#target, new AbortController().signal)
      await session.run(stopScript(this.#request.run))
      await session.close()
    } catch {
      this.#note('could not be asked to stop; the role that is being applied is finished first')
    }
  }

  async #proveNothingIsLeft(): Promise<void> {
    this.#stage('verify')
    const left = planHost(this.#declared, (await this.#look(true)).seen).steps
    if (left.length > 0) throw this.#notConverged(left)
  }

  #look(contents: boolean, lock?: LockOwner): Promise<Look> {
    // After a run that broke off, this connection proves what that one could not.
    const unproven = this.#unfinished ? disarms(this.#declared) : []
    const before = lock ? lines([lockScript(lock, this.#roleNames()), ...unproven]) : undefined
    return look(this.#open(), {
      declared: this.#declared,
      token: this.#ports.token(),
      contents,
      signal: lock ? undefined : this.#signal,
      before,
    })
  }

  #requireLock({ before }: Look): void {
    const answer = parseLock(before)
    if (answer.state !== 'locked') throw lockRefused(this.name, answer)
    if (answer.interrupted) this.#note(`an earlier run ended before it was done: ${answer.interrupted}`)
    for (const note of putBackNotes(answer.putBack)) this.#note(note)
  }

  #refuseStale(shown: HostPlan, now: HostPlan): void {
    const moved = movedSince(shown, now)
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

  #unlockScript(clean: boolean) {
    return unlockScript(this.#request.run, { clean, roles: this.#roleNames() })
  }

  async #unlockQuietly(session: Session): Promise<void> {
    try {
      await session.run(this.#unlockScript(false))
    } catch {
      this.#note('the lock could not be given back; it ends with the connection')
    }
  }

  #roleNames(): string[] {
    return this.#declared.roles.map(({ role }) => role)
  }

  #note(message: string): void {
    this.#ports.emit({ type: 'note', host: this.name, message })
  }

  #stage(stage: Stage): void {
    this.#ports.emit({ type: 'stage', host: this.name, stage })
  }

  #open(): Session {
    if (!this.#session) throw new Error(`${this.name} is not connected`)
    return this.#session
  }
}
