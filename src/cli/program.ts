import { Command, CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { applyCommand } from './apply.ts'
import { completionCommand } from './completion.ts'
import { dkimCommand } from './dkim.ts'
import { dnsCommand } from './dns.ts'
import { driftCommand } from './drift.ts'
import { foreignCommands } from './foreign.ts'
import { graphCommand } from './graph.ts'
import { inventoryCommand } from './inventory.ts'
import { renderCommand } from './render.ts'
import type { Shell } from './shell.ts'
import { unlockCommand } from './unlock.ts'
import { didYouMean, usageError, usageOf } from './usage.ts'
import { verifyCommand } from './verify.ts'

/** The whole command line. Every mistake in it is thrown as E_USAGE; help and version are printed and end with 0. */
export function buildProgram(shell: Shell, version: string): CommandUnknownOpts {
  const program = new Command('orchestrate')
    .description('Configures AlmaLinux 9 mail fleets over SSH; nothing is installed on the hosts for its sake.')
    .version(version, '--version', 'print the version')
    .helpCommand(false)
    .addHelpText('after', closing)
  for (const command of [
    applyCommand(shell),
    driftCommand(shell),
    inventoryCommand(shell),
    graphCommand(shell),
    renderCommand(shell),
    dnsCommand(shell),
    dkimCommand(shell),
    verifyCommand(shell),
    unlockCommand(shell),
    ...foreignCommands(),
    completionCommand(shell),
  ]) {
    program.addCommand(command as Command)
  }
  program.addCommand(helpCommand(program, shell) as unknown as Command)
  settle(program, shell)
  return program
}

const closing = `
Exit codes: 0 done, 1 failed, 2 drift, 3 unreachable, 4 refused, 64 usage or inventory, 70 bug, 130 interrupted.
Results go to standard output, all else to standard error.`

function helpCommand(program: CommandUnknownOpts, { end }: Shell) {
  return new Command('help')
    .description('print the help of a command')
    .argument('[COMMAND]')
    .action((name) => {
      const command = name === undefined ? program : program.commands.find((one) => one.name() === name)
      if (!command) {
        const known = program.commands.map((one) => one.name())
        throw usageError(
          `no command '${name}' to help with${didYouMean(name ?? '', known)}\n  commands: ${known.join(', ')}`,
          'orchestrate help',
        )
      }
      command.outputHelp()
      end(0)
    })
}

/** Output and errors of a command and all below it. */
function settle(command: CommandUnknownOpts, shell: Shell): void {
  const { stdout, stderr } = shell.io
  command
    .showSuggestionAfterError(false)
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      // Told once, by whoever catches the error.
      outputError: () => {},
      getOutHelpWidth: () => stdout.columns ?? 80,
      getErrHelpWidth: () => stderr.columns ?? 80,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .exitOverride((error) => {
      throw error.exitCode === 0 || error.code === 'commander.help' ? error : usageOf(command, error, shell.io.cwd)
    })
  for (const inner of command.commands) settle(inner, shell)
}

/** Whether help or the version was printed, and the exit code for it: help that nobody asked for is a mistake. */
export function printedExit(error: unknown): number | undefined {
  if (!(error instanceof CommanderError)) return undefined
  return error.exitCode === 0 ? 0 : 64
}
