import type { RunEvent } from '../../model/events.ts'
import type { Row } from './renderer.ts'

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
