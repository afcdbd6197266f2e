import { Listr, type ListrTask } from 'listr2'
import type { HostStatus, RunEvent } from '../../model/events.ts'
import type { HostPlan } from '../../model/plan.ts'
import { type Board, roleWords } from '../../report/progress.ts'
import { count } from '../../report/words.ts'
import { stderrLogger, TerminalRenderer } from './terminal-renderer.ts'

/** A row of the live display. */
type Row = ListrTask<unknown, typeof TerminalRenderer>

/** Rows that follow a board. */
export interface Rows {
  rows(): Row[]
  /** The board has taken an event. */
  follow(event: RunEvent): void
  /** Brings titles up to date. */
  refresh(): void
  /** Ends all rows. */
  end(): void
}

interface Live {
  title?: (title: string) => void
  readonly over: Latch
}

interface RoleLive extends Live {
  readonly host: string
  readonly role: string
  /** `postfix  12 changes`. */
  readonly whole: string
}

const fine: readonly HostStatus[] = ['converged', 'changed', 'drift']

/** For a few hosts: a row a host with a live title; while it is changed, a row below for each role. */
export class HostRows implements Rows {
  readonly #board: Board
  readonly #hosts = new Map<string, Live & { readonly changing: Latch }>()
  readonly #roles = new Map<string, RoleLive>()

  constructor(board: Board) {
    this.#board = board
  }

  rows(): Row[] {
    return this.#board.open().map((host) => this.#hostRow(host))
  }

  follow(event: RunEvent): void {
    if (event.type === 'stage' && event.stage === 'lock') this.#hosts.get(event.host)?.changing.open()
    if (event.type === 'role-started') this.#endRoles(event.host, event.role)
    if (event.type === 'stage' && event.stage === 'verify') this.#endRoles(event.host)
    if (event.type !== 'host-done') return
    const { host, status } = event.result
    const row = this.#hosts.get(host)
    row?.title?.(this.#board.line(host))
    const reason = fine.includes(status) ? undefined : this.#board.line(host)
    this.#endRoles(host, undefined, reason)
    row?.changing.open()
    if (reason === undefined) row?.over.open()
    else row?.over.fail(reason)
  }

  refresh(): void {
    for (const [host, { title }] of this.#hosts) title?.(this.#board.brief(host))
    for (const { host, role, title, over } of this.#roles.values()) {
      const now = this.#board.hosts.get(host)?.role
      if (now?.name === role && !over.over) title?.(`${roleWords(now)}  ${now.id}`)
    }
  }

  end(): void {
    for (const { changing, over } of this.#hosts.values()) {
      over.open()
      changing.open()
    }
    for (const { over } of this.#roles.values()) over.open()
  }

  #hostRow(host: string): Row {
    const live: Live & { changing: Latch } = { over: new Latch(), changing: new Latch() }
    this.#hosts.set(host, live)
    return {
      title: this.#board.line(host),
      task: async (_context, task) => {
        live.title = (title) => {
          task.title = title
        }
        await live.changing.promise
        const plan = this.#board.hosts.get(host)?.plan
        if (live.over.over || !plan) return live.over.promise
        return task.newListr([...this.#roleRows(host, plan), { task: () => live.over.promise }], {
          concurrent: false,
          exitOnError: false,
        })
      },
    }
  }

  #roleRows(host: string, { steps }: HostPlan): Row[] {
    return [...Map.groupBy(steps, ({ role }) => role)].map(([role, own]) => {
      const whole = `${role}  ${count(own.length, 'change')}`
      const live: RoleLive = { host, role, whole, over: new Latch() }
      this.#roles.set(`${host} ${role}`, live)
      return {
        title: whole,
        task: (_context, task) => {
          live.title = (title) => {
            task.title = title
          }
          return live.over.promise
        },
      }
    })
  }

  /** Ends the role rows of a host, but not that of the role that begins now and those after it. */
  #endRoles(host: string, beginning?: string, reason?: string): void {
    for (const live of this.#roles.values()) {
      if (live.host !== host) continue
      if (live.role === beginning) return
      if (reason !== undefined && this.#board.hosts.get(host)?.role?.name === live.role) live.over.fail(reason)
      else {
        live.title?.(live.whole)
        live.over.open()
      }
    }
  }
}

/** Rows beyond this many do not fit on a terminal and cost time to draw. */
const mostSlots = 16

/** For many hosts: a row for each worker with the host it is at, and a row with the total. */
export class SlotRows implements Rows {
  readonly #board: Board
  readonly #slots: (string | undefined)[]
  readonly #titles: ((title: string) => void)[] = []
  readonly #over = new Latch()

  constructor(board: Board, forks: number) {
    this.#board = board
    this.#slots = Array.from({ length: Math.min(forks, mostSlots, board.hosts.size) })
  }

  rows(): Row[] {
    return [...this.#texts().keys()].map((index) => ({
      title: this.#texts()[index] ?? '',
      task: (_context, task) => {
        this.#titles[index] = (title) => {
          task.title = title
        }
        return this.#over.promise
      },
    }))
  }

  follow(event: RunEvent): void {
    if (event.type === 'host-done') this.#leave(event.result.host)
    // Between its plan and the answer of a person, a host needs no worker.
    else if (event.type === 'planned') this.#leave(event.host)
    else if (event.type === 'stage' && event.stage !== 'done') this.#enter(event.host)
  }

  refresh(): void {
    for (const [index, text] of this.#texts().entries()) this.#titles[index]?.(text)
  }

  end(): void {
    this.#over.open()
  }

  #texts(): string[] {
    return [this.#board.total(), ...this.#slots.map((host) => (host === undefined ? '–' : this.#board.line(host)))]
  }

  #enter(host: string): void {
    const free = this.#slots.indexOf(undefined)
    if (!this.#slots.includes(host) && free >= 0) this.#slots[free] = host
  }

  #leave(host: string): void {
    const at = this.#slots.indexOf(host)
    if (at >= 0) this.#slots[at] = undefined
  }
}

/** A promise that somebody else ends, once; later calls change nothing. */
class Latch {
  readonly promise: Promise<void>
  readonly #resolve: () => void
  readonly #reject: (reason: Error) => void
  #over = false

  constructor() {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.promise = promise
    this.#resolve = resolve
    this.#reject = reject
    // A row that was never begun has nobody to catch its failure.
    promise.catch(() => {})
  }

  get over(): boolean {
    return this.#over
  }

  open(): void {
    this.#over = true
    this.#resolve()
  }

  fail(reason: string): void {
    this.#over = true
    this.#reject(new Error(reason))
  }
}

/** Draws rows on stderr. listr2's own signal handler would end the process with 127, so it is off. */
export function drawRows(
  rows: readonly Row[],
  options: { readonly clear: boolean },
): Listr<unknown, typeof TerminalRenderer> {
  return new Listr<unknown, typeof TerminalRenderer>([...rows], {
    concurrent: true,
    exitOnError: false,
    registerSignalListeners: false,
    fallbackRendererCondition: false,
    renderer: TerminalRenderer,
    rendererOptions: {
      logger: stderrLogger,
      clearOutput: options.clear,
      formatOutput: 'truncate',
      collapseErrors: true,
    },
  })
}
