import { readFileSync } from 'node:fs'
import { exitCodes, OrchestrateError } from '../kernel/errors.ts'
import { bugText, errorText } from '../report/errors.ts'
import { type Io, paintFor, processIo } from './io.ts'
import { playbookCommands } from './playbook-command.ts'
import { buildProgram, builtIn, printedExit } from './program.ts'

/** Runs the command line of this process and ends it. */
export async function start(): Promise<void> {
  const io = processIo()
  const bug = (error: unknown) => {
    process.stderr.write(bugText(error, program()))
    process.exit(exitCodes.bug)
  }
  process.on('uncaughtException', bug)
  // A reader that goes away (`| head`: EPIPE; a terminal that hangs up: EIO) is not a bug, and the work on the hosts goes on.
  for (const stream of [process.stdin, process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => error.code !== 'EPIPE' && error.code !== 'EIO' && bug(error))
  const code = await main(process.argv.slice(2), io)
  // An agent or a keyboard may still be open; what was written must be out before the end.
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)))
}

/** Runs one command line; gives the exit code. Expected failures are printed, bugs with their stack. */
export async function main(args: readonly string[], io: Io): Promise<number> {
  try {
    return await dispatch(args, io)
  } catch (error) {
    const printed = printedExit(error)
    if (printed !== undefined) return printed
    if (OrchestrateError.is(error)) {
      io.stderr.write(errorText(error, paintFor(io.stderr, io.env), io.stderr.columns))
      return exitCodes[error.exit]
    }
    io.stderr.write(bugText(error, program()))
    return exitCodes.bug
  }
}

async function dispatch(args: readonly string[], io: Io): Promise<number> {
  let code: number = exitCodes.ok
  const end = (given: number) => {
    code = given
  }
  const ofPlaybook = await playbookCommands(args, builtIn, io)
  await buildProgram({ io, end }, version(), ofPlaybook).parseAsync([...args], { from: 'user' })
  return code
}

function program(): string {
  return `orchestrate ${version()} (Node ${process.versions.node}, ${process.platform})`
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown'
}
