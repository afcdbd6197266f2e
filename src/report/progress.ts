import { printable } from '../kernel/printable.ts'
import type { HostResult, RunEvent, Stage } from '../model/events.ts'
import type { HostPlan } from '../model/plan.ts'
import { count, duration, resultWords, statusWords, totalLine } from './words.ts'

/** What is known of one host in the middle of a run. */
export interface HostState {
  readonly host: string
  stage: Stage | 'waiting' | 'planned'
  plan?: HostPlan
  /** The role that is being applied, its steps, and how many of them are done. */
  role?: { readonly name: string; readonly steps: number; done: number; id: string }
  /** Steps done in all roles. */
  done: number
  result?: HostResult
}

/** The state of a whole run, kept up to date by its events, and the words for it. */
export class Board {
  readonly hosts = new Map<string, HostState>()

  take(event: RunEvent): void {
    if (event.type === 'run-started')
      for (const host of event.hosts) this.hosts.set(host, { host, stage: 'waiting', done: 0 })
    if (event.type === 'run-started' || event.type === 'run-done') return
    const state = this.hosts.get(event.host)
    if (state) advance(state, event)
  }

  /** One line on one host, its name first: rows of different hosts must be told apart. */
  line(host: string): string {
    const state = this.hosts.get(host)
    return `${host.padEnd(this.#width())}  ${state ? stateWords(state) : ''}`.trimEnd()
  }

  /** The same for a row that has a row for each role below it. */
  brief(host: string): string {
    const state = this.hosts.get(host)
    if (state?.stage !== 'apply' || state.result) return this.line(host)
    return `${host.padEnd(this.#width())}  ${state.done} of ${count(state.plan?.steps.length ?? 0, 'change')}`
  }

  /** `12 of 100 hosts: 10 changed, 2 unreachable`. */
  total(): string {
    const results = this.#results()
    const words = results.length > 0 ? totalLine({ hosts: results }).replace(/^.*?: /, ': ') : ''
    return `${results.length} of ${count(this.hosts.size, 'host')}${words}`
  }

  /** Hosts that have not ended yet. */
  open(): string[] {
    return [...this.hosts.values()].filter(({ result }) => !result).map(({ host }) => host)
  }

  #results(): HostResult[] {
    return [...this.hosts.values()].flatMap(({ result }) => (result ? [result] : []))
  }

  #width(): number {
    return Math.min(24, Math.max(0, ...[...this.hosts.keys()].map(({ length }) => length)))
  }
}

/** Words for a host's end: `12 changes, 2 restarts  3.2 s` or `unreachable: …`. */
function endWords(result: HostResult): string {
  const { status, message, milliseconds } = result
  const reason = printable(message ?? '').split('\n')[0]
  const words = resultWords(result)
  if (status === 'converged' || status === 'changed' || status === 'drift') return `${words}  ${duration(milliseconds)}`
  return [statusWords(status), words].filter(Boolean).join(' ') + (reason ? `: ${reason}` : '')
}

function advance(state: HostState, event: Exclude<RunEvent, { type: 'run-started' | 'run-done' }>): void {
  if (event.type === 'stage') state.stage = event.stage
  if (event.type === 'planned') Object.assign(state, { stage: 'planned', plan: event.plan })
  if (event.type === 'role-started') state.role = { name: event.role, steps: event.steps, done: 0, id: '' }
  if (event.type === 'step-started' && state.role) state.role.id = event.id
  if (event.type === 'step-done') {
    state.done += 1
    if (state.role) state.role.done += 1
  }
  if (event.type === 'host-done') state.result = event.result
}

const stages: Readonly<Record<Exclude<HostState['stage'], 'apply' | 'planned'>, string>> = {
  waiting: 'waiting',
  connect: 'connecting',
  look: 'reading its state',
  lock: 'locking',
  verify: 'reading its state again',
  done: 'done',
}

function stateWords(state: HostState): string {
  const { stage, role, plan, result } = state
  if (result) return endWords(result)
  if (stage === 'planned')
    return plan && plan.steps.length > 0 ? `${count(plan.steps.length, 'change')} planned` : 'as declared'
  if (stage === 'apply') return role ? `${roleWords(role)}  ${role.id}`.trimEnd() : 'applying'
  return stages[stage]
}

/** `postfix 3/12`. */
export function roleWords({
  name,
  done,
  steps,
}: {
  readonly name: string
  readonly done: number
  readonly steps: number
}): string {
  return `${name} ${done}/${steps}`
}

/** How much is told in lines. */
export interface PlainOptions {
  readonly verbose: boolean
  /** No host goes further than its plan, so that its end says all. */
  readonly planOnly: boolean
}

/** The line for one event, if it is worth one. */
export function plainLine(event: RunEvent, { verbose, planOnly }: PlainOptions): string | undefined {
  switch (event.type) {
    case 'run-started':
      return `run ${event.run}: ${event.command} on ${count(event.hosts.length, 'host')}`
    case 'planned':
      if (planOnly && !verbose) return undefined
      return `${event.host}: ${count(event.plan.steps.length, 'change')} to make, ${event.plan.kept} as declared`
    case 'role-started':
      return `${event.host}: ${event.role}, ${count(event.steps, 'change')}`
    case 'step-failed':
      return `${event.host}: failed: ${event.id}${printable(event.message)
        .split('\n')
        .map((line) => `\n${event.host}: | ${line}`)
        .join('')}`
    case 'note':
      return `${event.host}: ${printable(event.message)}`
    case 'host-done':
      return `${event.result.host}: ${endWords(event.result)}`
    case 'stage':
      return verbose && event.stage !== 'done' ? `${event.host}: ${event.stage}` : undefined
    case 'step-started':
      return verbose ? `${event.host}: ${event.role}: ${event.id}` : undefined
    default:
      return undefined
  }
}
