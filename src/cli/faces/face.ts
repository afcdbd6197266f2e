import type { RunEvent } from '../../model/events.ts'

/** Something that shows a run while it happens. It reads events and decides nothing. */
export interface Face {
  event(event: RunEvent): void
  /** Leaves the terminal alone, for a question to a person. */
  pause(): Promise<void>
  resume(): void
  /** The run is over; nothing is drawn afterwards. */
  close(): Promise<void>
}

/** Shows nothing: for programs that read the result. */
export const quietFace: Face = {
  event: () => {},
  pause: () => Promise.resolve(),
  resume: () => {},
  close: () => Promise.resolve(),
}
