import type { ReadStream } from 'node:tty'
import picocolors from 'picocolors'
import type { SecretInput } from '../adapters/secrets/terminal.ts'
import type { Paint } from '../report/layout.ts'

/** A stream that text goes to. */
export interface Output {
  readonly isTTY: boolean
  /** Columns of the terminal, if it is one. */
  readonly columns: number | undefined
  write(text: string): void
}

/** Everything a command reads from and writes to: results on `stdout`, the rest on `stderr`. */
export interface Io {
  readonly stdout: Output
  readonly stderr: Output
  /** Standard input, for values that are piped in or typed. */
  readonly stdin: SecretInput
  /** Where answers are typed; undefined unless a person sits there. */
  readonly keyboard: ReadStream | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
}

/** The streams of this process. */
export function processIo(): Io {
  return {
    stdout: output(process.stdout),
    stderr: output(process.stderr),
    stdin: process.stdin,
    keyboard: process.stdin.isTTY ? process.stdin : undefined,
    env: process.env,
    cwd: process.cwd(),
  }
}

/** Colours for a stream: on a terminal only, and not if NO_COLOR is set (no-color.org). */
export function paintFor({ isTTY }: Output, env: Io['env']): Paint {
  const wanted = isTTY || Boolean(env['FORCE_COLOR'])
  return picocolors.createColors(wanted && !env['NO_COLOR'] && env['TERM'] !== 'dumb')
}

/** Whether a stream is a terminal that rows may be redrawn on. */
export function canAnimate({ stderr, env }: Io): boolean {
  return stderr.isTTY && env['TERM'] !== 'dumb' && !env['CI']
}

function output(stream: NodeJS.WriteStream): Output {
  return {
    get isTTY() {
      return stream.isTTY === true
    },
    get columns() {
      return stream.isTTY ? stream.columns : undefined
    },
    write: (text) => void stream.write(text),
  }
}

/** What a command is given: its streams, and where it leaves its exit code. */
export interface Shell {
  readonly io: Io
  end(code: number): void
}
