import type { ClientChannel } from 'ssh2'
import type { Finished } from '../../model/session.ts'
import type { StartMarks } from './elevate.ts'
import { Side } from './side.ts'

/** How a starting shell went on: it runs, it wants a password, or the channel ended. */
export type Start = 'ready' | 'password' | 'ended'

/** The long-lived remote loop on one exec channel: bytes in, answers out. It knows marks, not what an ending means. */
export class Shell {
  readonly #channel: ClientChannel
  readonly #marks: StartMarks
  readonly #stdout: Side
  readonly #stderr: Side
  #wake: () => void = () => {}
  #ended = false
  #exitStatus: number | undefined

  constructor(channel: ClientChannel, marks: StartMarks) {
    this.#channel = channel
    this.#marks = marks
    this.#stdout = new Side(marks.ready)
    this.#stderr = new Side(marks.ready)
    channel.on('data', (chunk: Buffer) => this.#take(this.#stdout, chunk))
    channel.stderr.on('data', (chunk: Buffer) => this.#take(this.#stderr, chunk))
    channel.on('exit', (code: number | null) => {
      this.#exitStatus = code ?? undefined
    })
    channel.on('close', () => setImmediate(() => this.end()))
    // A write that races with the end of the channel is told by 'close' already.
    channel.on('error', () => {})
    channel.stderr.on('error', () => {})
  }

  /** Exit status of the login shell, sudo or loop, if the channel ended with one. */
  get exitStatus(): number | undefined {
    return this.#exitStatus
  }

  /** Whether the remote loop has begun. */
  get started(): boolean {
    return this.#stdout.done && this.#stderr.done
  }

  /** Stderr of the section that is open: a refusing sudo, a dying shell. */
  get complaint(): string {
    return this.#stderr.bytes.toString('utf8')
  }

  /** Sudo's own words, if it came to sudo. */
  get sudoWords(): string | undefined {
    return this.complaint.split(`${this.#marks.sudo}\n`)[1]?.replaceAll(this.#marks.prompt, '').trim()
  }

  /** Waits until the loop runs, the channel ends, or sudo has printed its prompt more than `answered` times. */
  async start(answered: number): Promise<Start> {
    while (!this.started && !this.#ended) {
      if (this.complaint.split(this.#marks.prompt).length - 1 > answered) return 'password'
      await this.#news()
    }
    return this.started ? 'ready' : 'ended'
  }

  /** Sends bytes without waiting. */
  write(bytes: Buffer): void {
    if (!this.#ended) this.#channel.write(bytes)
  }

  /** Ends stdin, upon which the loop ends. */
  close(): void {
    if (!this.#ended) this.#channel.end()
  }

  /** The answer that ends with this token, or undefined if the channel ended first. Call it in the tick of the write. */
  async answer(token: string, onLine?: (line: string) => void): Promise<Finished | undefined> {
    if ((await this.start(Number.POSITIVE_INFINITY)) === 'ended') return
    this.#stdout.expect(`\n${token} `, onLine)
    this.#stderr.expect(`\n${token} `)
    while (!this.#stdout.done || !this.#stderr.done) {
      if (this.#ended) return
      await this.#news()
    }
    return {
      code: Number(this.#stdout.line),
      stdout: this.#stdout.bytes.toString('utf8'),
      stderr: this.#stderr.bytes.toString('utf8'),
    }
  }

  /** The connection is gone: whoever waits is told. */
  end(): void {
    this.#ended = true
    this.#wake()
  }

  #take(side: Side, chunk: Buffer): void {
    side.push(chunk)
    this.#wake()
  }

  #news(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }
}
