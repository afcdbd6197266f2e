/** Gives whole lines as bytes arrive. A line is decoded at once: no character is cut, as newline is never part of one in UTF-8. */
export class Lines {
  readonly #emit: (line: string) => void
  #partial: Buffer[] = []
  #endedEarly = false

  constructor(emit: (line: string) => void) {
    this.#emit = emit
  }

  push(bytes: Buffer): void {
    let from = 0
    for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, from)) {
      this.#partial.push(bytes.subarray(from, at))
      from = at + 1
      if (this.#endedEarly) this.#partial = []
      else this.#flush()
      this.#endedEarly = false
    }
    if (from < bytes.length) this.#partial.push(bytes.subarray(from))
  }

  /** A newline has come that may belong to a mark: it ends an open line either way, so that nobody waits for it. */
  newlineAhead(): void {
    if (this.#partial.length === 0) return
    this.#flush()
    this.#endedEarly = true
  }

  /** The stream is over: what is left is a line without newline. */
  end(): void {
    if (this.#partial.length > 0) this.#flush()
  }

  #flush(): void {
    const line = Buffer.concat(this.#partial).toString('utf8')
    this.#partial = []
    this.#emit(line)
  }
}
