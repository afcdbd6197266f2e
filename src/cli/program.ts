import { Command, CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings'
import type { PlaybookCommand } from '../dsl/command.ts'
import { answerCommand, completionCommand } from './completion.ts'
import { dnsCommand } from './dns.ts'
import type { Shell } from './io.ts'
import { labCommand } from './lab.ts'
import { playbookCommand } from './playbook-command.ts'
import { applyCommand, driftCommand } from './run-commands.ts'
import { secretsCommand } from './secrets.ts'
import { unlockCommand } from './unlock.ts'
import { didYouMean, usageError, usageOf } from './usage.ts'
import { verifyCommand } from './verify.ts'
import { graphCommand, inventoryCommand, renderCommand } from './view-commands.ts'

/** The commands that every inventory has; those of its playbook come beside them. */
export const builtIn = [
  'apply',
  'drift',
  'inventory',
  'graph',
  'render',
  'dns',
  'verify',
  'unlock',
  'secrets',
  'lab',
  'completion',
] as const

/** The whole command line. Every mistake in it is thrown as E_USAGE; help and version are printed and end with 0. */
export function buildProgram(
  shell: Shell,
  version: string,
  ofPlaybook: readonly PlaybookCommand[] = [],
): CommandUnknownOpts {
  const program = new Command('orchestrate')
    .description('Configures AlmaLinux 9 mail fleets over SSH; nothing is installed on the hosts for its sake.')
    .version(version, '--version', 'print the version')
    // Words after a command are its own, so that `lab ssh HOST COMMAND --version` reaches the host.
    .enablePositionalOptions()
    .addHelpText('after', closing)
  for (const command of [
    applyCommand(shell),
    driftCommand(shell),
    inventoryCommand(shell),
    graphCommand(shell),
    renderCommand(shell),
    dnsCommand(shell),
    ...ofPlaybook.map((command) => playbookCommand(command, shell)),
    verifyCommand(shell),
    unlockCommand(shell),
    secretsCommand(shell),
    labCommand(shell),
    completionCommand(shell),
  ]) {
    program.addCommand(command as Command)
  }
  program.addCommand(helpCommand(program, shell) as unknown as Command)
  program.addCommand(answerCommand(program, shell) as unknown as Command, { hidden: true })
  settle(program, shell)
  return program
}

const closing = `
Exit codes: 0 done, 1 failed, 2 drift, 3 unreachable, 4 refused,
64 usage or inventory, 70 bug, 130 interrupted.
Results go to standard output, all else to standard error.`

function helpCommand(program: CommandUnknownOpts, { end }: Shell) {
  return new Command('help')
    .description('print the help of a command')
    .argument('[COMMAND...]', 'e.g. apply, or secrets set')
    .action((words) => {
      let command: CommandUnknownOpts = program
      for (const word of words) {
        const known = command.createHelp().visibleCommands(command)
        const inner = known.find((one) => one.name() === word)
        if (!inner)
          throw unknownCommand(
            word,
            known.map((one) => one.name()),
          )
        command = inner
      }
      command.outputHelp()
      end(0)
    })
}

function unknownCommand(word: string, known: readonly string[]) {
  const commands = known.length > 0 ? `\n  commands: ${known.join(', ')}` : ''
  return usageError(`no command '${word}' to help with${didYouMean(word, known)}${commands}`, 'orchestrate help')
}

/** Output and errors of a command and all below it. */
function settle(command: CommandUnknownOpts, shell: Shell): void {
  const { stdout, stderr } = shell.io
  command
    .helpCommand(false)
    .helpOption(command.name().startsWith('_') ? false : '-h, --help', 'print this help')
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
