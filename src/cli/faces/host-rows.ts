import type { HostStatus, RunEvent } from '../../model/events.ts'
import type { HostPlan } from '../../model/plan.ts'
import { count } from '../../report/words.ts'
import { type Board, roleWords } from './board.ts'
import { Latch } from './latch.ts'
import type { Row } from './renderer.ts'
import type { Rows } from './rows.ts'

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

const fine: readonly HostStatus[] = ['converged', 'changed', 'drift', 'skipped']

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
