import type { ClientChannel } from 'ssh2'
import type { Finished } from '../../model/session.ts'
import { OutputStream } from './output.ts'
import type { StartMarks } from './remote-loop.ts'

/** The outcome of starting a shell: it runs, sudo wants a password, or the channel ended. */
export type Start = 'ready' | 'password' | 'ended'

/** The remote loop on one exec channel: frames in, answers out. It does not know why a channel ended. */
export class Shell {
  readonly #channel: ClientChannel
  readonly #marks: StartMarks
  readonly #stdout: OutputStream
  readonly #stderr: OutputStream
  #wake: () => void = () => {}
  #ended = false
  #exitStatus: number | undefined

  constructor(channel: ClientChannel, marks: StartMarks) {
    this.#channel = channel
    this.#marks = marks
    this.#stdout = new OutputStream(marks.ready)
    this.#stderr = new OutputStream(marks.ready)
    channel.on('data', (chunk: Buffer) => this.#take(this.#stdout, chunk))
    channel.stderr.on('data', (chunk: Buffer) => this.#take(this.#stderr, chunk))
    channel.on('exit', (code: number | null) => {
      this.#exitStatus = code ?? undefined
    })
    channel.on('close', () => setImmediate(() => this.end()))
    // A write that races with the end of the channel fails; its `close` event reports that.
    channel.on('error', () => {})
    channel.stderr.on('error', () => {})
  }

  /** Exit status of the login shell, sudo or loop, if the channel ended with one. */
  get exitStatus(): number | undefined {
    return this.#exitStatus
  }

  /** Whether the remote loop runs. */
  get started(): boolean {
    return this.#stdout.done && this.#stderr.done
  }

  /** Stderr of the current section: why a login shell or sudo gave up. */
  get errorOutput(): string {
    return this.#stderr.bytes.toString('utf8')
  }

  /** What sudo printed; undefined if it was not started. */
  get sudoOutput(): string | undefined {
    return this.errorOutput.split(`${this.#marks.sudo}\n`)[1]?.replaceAll(this.#marks.prompt, '').trim()
  }

  /** Waits until the loop runs, the channel ends, or sudo has printed its prompt more than `answered` times. */
  async start(answered: number): Promise<Start> {
    while (!this.started && !this.#ended) {
      if (this.errorOutput.split(this.#marks.prompt).length - 1 > answered) return 'password'
      await this.#event()
    }
    return this.started ? 'ready' : 'ended'
  }

  /** Sends bytes without waiting. */
  write(bytes: Buffer): void {
    if (!this.#ended) this.#channel.write(bytes)
  }

  /** Ends stdin, which ends the loop. */
  close(): void {
    if (!this.#ended) this.#channel.end()
  }

  /** The answer that ends with this token, or undefined if the channel ended first. Call it in the same tick as the write. */
  async answer(token: string, onLine?: (line: string) => void): Promise<Finished | undefined> {
    if ((await this.start(Number.POSITIVE_INFINITY)) === 'ended') return
    this.#stdout.expect(`\n${token} `, onLine)
    this.#stderr.expect(`\n${token} `)
    while (!this.#stdout.done || !this.#stderr.done) {
      if (this.#ended) return
      await this.#event()
    }
    return {
      code: Number(this.#stdout.line),
      stdout: this.#stdout.bytes.toString('utf8'),
      stderr: this.#stderr.bytes.toString('utf8'),
    }
  }

  /** The connection is gone: ends every wait. */
  end(): void {
    this.#ended = true
    this.#wake()
  }

  #take(stream: OutputStream, chunk: Buffer): void {
    stream.push(chunk)
    this.#wake()
  }

  #event(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }
}
