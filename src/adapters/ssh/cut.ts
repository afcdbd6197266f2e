/**
 * Cuts one stream where a mark stands: bytes before it are released as they come, the rest of its line is kept,
 * and what follows belongs to whoever comes next. Marks hold a random token, so content cannot forge one.
 */
export class Cut {
  readonly #mark: Buffer
  readonly #release: (bytes: Buffer) => void
  #held: Buffer = Buffer.alloc(0)
  #line: string | undefined

  constructor(mark: string, release: (bytes: Buffer) => void) {
    this.#mark = Buffer.from(mark, 'latin1')
    this.#release = release
  }

  /** The text between the mark and the end of its line, once it has been seen whole. */
  get line(): string | undefined {
    return this.#line
  }

  /** Bytes that may or may not be the beginning of the mark. */
  get held(): Buffer {
    return this.#held
  }

  /** Takes bytes; gives back those behind the mark's line when it is complete. */
  push(chunk: Buffer): Buffer | undefined {
    const bytes = this.#held.length > 0 ? Buffer.concat([this.#held, chunk]) : chunk
    const at = bytes.indexOf(this.#mark)
    const until = at === -1 ? bytes.length - this.#overlap(bytes) : at
    if (until > 0) this.#release(bytes.subarray(0, until))
    this.#held = bytes.subarray(until)
    const end = at === -1 ? -1 : bytes.indexOf(0x0a, at + this.#mark.length)
    if (end === -1) return
    this.#line = bytes.toString('latin1', at + this.#mark.length, end)
    this.#held = Buffer.alloc(0)
    return bytes.subarray(end + 1)
  }

  #overlap(bytes: Buffer): number {
    for (let length = Math.min(bytes.length, this.#mark.length - 1); length > 0; length--) {
      if (bytes.subarray(-length).equals(this.#mark.subarray(0, length))) return length
    }
    return 0
  }
}
