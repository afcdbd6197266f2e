import { execa } from 'execa'

export interface RunOptions {
  readonly input?: string
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
}

export interface RunResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program and reports how it ended; throws only when it could not be started or was cancelled. */
export async function attempt(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const [file = '', ...args] = argv
  const result = await execa(file, args, {
    reject: false,
    input: options.input ?? '',
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
  })
  if (result.isCanceled) throw new Error('interrupted')
  if (result.exitCode === undefined) throw new Error(`${file}: ${result.shortMessage ?? 'could not be run'}`)
  return { code: result.exitCode, stdout: result.stdout, stderr: result.stderr }
}

/** Runs a program that has to succeed and gives its output; a failure shows the command and the end of its stderr. */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await attempt(argv, options)
  if (code === 0) return stdout
  const said = (stderr || stdout).trimEnd().split('\n').slice(-20).join('\n')
  throw new Error(`\`${argv.join(' ').slice(0, 200)}\` ended with ${code}\n${said}`)
}

/** Runs a program on the caller's terminal and gives its exit code. */
export async function interactive(argv: readonly string[]): Promise<number> {
  const [file = '', ...args] = argv
  const result = await execa(file, args, { reject: false, stdio: 'inherit' })
  return result.exitCode ?? 255
}
