import type { RunEvent } from '../../model/events.ts'
import { Board } from '../../report/progress.ts'
import type { Face } from './face.ts'
import { drawRows, HostRows, type Rows, SlotRows } from './rows.ts'

/** How the live display is made. */
export interface LiveOptions {
  readonly forks: number
  /** Take the rows away at the end, because the result follows on the same terminal. */
  readonly clear: boolean
}

/** More redraws than this cost so much that healthy connections look dead. */
const refreshMs = 250

/** With more hosts than this, a row a host costs too much: there is one for each worker instead. */
const mostHostRows = 8

/** Live rows on a terminal: a row a host with its roles below, or for many hosts a row a worker and a total. */
export class LiveFace implements Face {
  readonly #board = new Board()
  readonly #options: LiveOptions
  #rows: Rows | undefined
  #drawing: Promise<unknown> | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(options: LiveOptions) {
    this.#options = options
  }

  event(event: RunEvent): void {
    this.#board.take(event)
    if (event.type === 'run-started') this.resume()
    else this.#rows?.follow(event)
  }

  async pause(): Promise<void> {
    clearInterval(this.#timer)
    this.#rows?.refresh()
    this.#rows?.end()
    this.#rows = undefined
    await this.#drawing
  }

  resume(): void {
    const many = this.#board.hosts.size > mostHostRows
    const rows = many ? new SlotRows(this.#board, this.#options.forks) : new HostRows(this.#board)
    this.#rows = rows
    this.#drawing = drawRows(rows.rows(), { clear: many || this.#options.clear }).run()
    this.#timer = setInterval(() => rows.refresh(), refreshMs)
  }

  close(): Promise<void> {
    return this.pause()
  }
}
