/**
 * One output stream of a shell, in sections: what is printed before the remote loop is ready, then one section per command.
 * Each section ends with a line that begins with a random mark, so that no output can imitate it.
 */
export class OutputStream {
  #splitter: MarkSplitter
  #chunks: Buffer[] = []
  #lines: LineReader | undefined
  /** What comes right behind the ready mark belongs to the first command, which may have been sent before it. */
  #early: Buffer[] | undefined = []

  constructor(readyMark: string) {
    this.#splitter = this.#open(readyMark)
  }

  /** Whether the mark of the current section has been seen. */
  get done(): boolean {
    return this.#splitter.line !== undefined
  }

  /** What stands behind the mark on its line: the exit status. */
  get line(): string {
    return this.#splitter.line ?? ''
  }

  /** The bytes of the current section so far. */
  get bytes(): Buffer {
    return Buffer.concat([...this.#chunks, this.#splitter.held])
  }

  /** Begins the section that ends with this mark. */
  expect(mark: string, onLine?: (line: string) => void): void {
    const early = this.#early ?? []
    this.#early = undefined
    this.#lines = onLine && new LineReader(onLine)
    this.#splitter = this.#open(mark)
    for (const chunk of early) this.push(chunk)
  }

  /** Takes bytes as they arrive. Between commands they come from background processes and are dropped. */
  push(chunk: Buffer): void {
    if (this.done) {
      this.#early?.push(chunk)
      return
    }
    const rest = this.#splitter.push(chunk)
    if (rest === undefined) {
      if (this.#splitter.held.length > 0) this.#lines?.newlineAhead()
      return
    }
    this.#lines?.end()
    this.#early?.push(rest)
  }

  #open(mark: string): MarkSplitter {
    this.#chunks = []
    return new MarkSplitter(mark, (bytes) => {
      this.#chunks.push(bytes)
      this.#lines?.push(bytes)
    })
  }
}

/** Splits a stream at a mark: bytes before it are released as they come, the rest of its line is kept. */
class MarkSplitter {
  readonly #mark: Buffer
  readonly #release: (bytes: Buffer) => void
  #held: Buffer = Buffer.alloc(0)
  #line: string | undefined

  constructor(mark: string, release: (bytes: Buffer) => void) {
    this.#mark = Buffer.from(mark, 'latin1')
    this.#release = release
  }

  /** The text between the mark and the end of its line, once that line is complete. */
  get line(): string | undefined {
    return this.#line
  }

  /** Bytes that may be the beginning of the mark. */
  get held(): Buffer {
    return this.#held
  }

  /** Takes bytes; returns those behind the mark's line when it is complete. */
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

/** Emits whole lines as bytes arrive. Each is decoded at once: newline is never part of a longer UTF-8 character. */
class LineReader {
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

  /** A newline has arrived that may be the first byte of a mark: it ends an open line either way, so emit it now. */
  newlineAhead(): void {
    if (this.#partial.length === 0) return
    this.#flush()
    this.#endedEarly = true
  }

  /** The section is over: what is left is a line without newline. */
  end(): void {
    if (this.#partial.length > 0) this.#flush()
  }

  #flush(): void {
    const line = Buffer.concat(this.#partial).toString('utf8')
    this.#partial = []
    this.#emit(line)
  }
}
