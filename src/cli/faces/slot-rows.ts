import type { RunEvent } from '../../model/events.ts'
import type { Board } from './board.ts'
import { Latch } from './latch.ts'
import type { Row } from './renderer.ts'
import type { Rows } from './rows.ts'

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
