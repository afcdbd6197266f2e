import { Cut } from './cut.ts'
import { Lines } from './lines.ts'

/** One output stream of a shell, in sections: the noise before the loop is ready, then one section a command. */
export class Side {
  #cut: Cut
  #chunks: Buffer[] = []
  #lines: Lines | undefined
  /** What comes right behind the ready mark belongs to the first command, which may have been sent before it. */
  #early: Buffer[] | undefined = []

  constructor(readyMark: string) {
    this.#cut = this.#open(readyMark)
  }

  /** Whether the mark of the current section has been seen. */
  get done(): boolean {
    return this.#cut.line !== undefined
  }

  /** What stands behind the mark on its line: the exit status. */
  get line(): string {
    return this.#cut.line ?? ''
  }

  /** The bytes of the current section so far. */
  get bytes(): Buffer {
    return Buffer.concat([...this.#chunks, this.#cut.held])
  }

  /** Begins the section that ends with this mark. */
  expect(mark: string, onLine?: (line: string) => void): void {
    const early = this.#early ?? []
    this.#early = undefined
    this.#lines = onLine && new Lines(onLine)
    this.#cut = this.#open(mark)
    for (const chunk of early) this.push(chunk)
  }

  /** Takes bytes as they arrive. Between commands they are nobody's (a background process) and are dropped. */
  push(chunk: Buffer): void {
    if (this.done) {
      this.#early?.push(chunk)
      return
    }
    const rest = this.#cut.push(chunk)
    if (rest === undefined) {
      if (this.#cut.held.length > 0) this.#lines?.newlineAhead()
      return
    }
    this.#lines?.end()
    this.#early?.push(rest)
  }

  #open(mark: string): Cut {
    this.#chunks = []
    return new Cut(mark, (bytes) => {
      this.#chunks.push(bytes)
      this.#lines?.push(bytes)
    })
  }
}
