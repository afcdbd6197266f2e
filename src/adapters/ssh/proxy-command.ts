import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { Duplex } from 'node:stream'

/** A stream to the host, and what the program behind it had to say. */
export interface ProxyStream {
  readonly stream: Duplex
  /** The end of what the program wrote on stderr, once it has ended. */
  readonly lastWords: Promise<string>
}

const keptBytes = 2_000

/** Runs a ProxyCommand (ssh_config(5)) as ssh(1) does; it ends with the connection, and the connection with it. */
export function runProxyCommand(command: string): ProxyStream {
  // In a process group of its own: Ctrl-C on the terminal is meant for us, and the connection must outlive it.
  const child = spawn('/bin/sh', ['-c', `exec ${command}`], { detached: true })
  const lastWords = new Promise<string>((resolve) => {
    let words = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(-keptBytes)
    })
    child.on('error', (error) => resolve(error.message))
    child.on('close', () => resolve(words.trim()))
  })
  return { stream: new ProgramStream(child), lastWords }
}

/** A program's stdin and stdout as one stream that ends when the program does, so that it can still say why it gave up. */
class ProgramStream extends Duplex {
  readonly #child: ChildProcessWithoutNullStreams

  constructor(child: ChildProcessWithoutNullStreams) {
    super()
    this.#child = child
    child.stdout.on('data', (chunk) => {
      if (!this.push(chunk)) child.stdout.pause()
    })
    child.on('close', () => this.push(null))
    this.on('end', () => this.destroy())
    // A program that has ended takes no bytes: 'close' tells.
    for (const source of [child, child.stdin, child.stdout, child.stderr]) source.on('error', () => {})
  }

  override _read(): void {
    this.#child.stdout.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#child.stdin.write(chunk, () => done())
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#child.stdin.end(() => done())
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#child.kill()
    done(error)
  }
}
