import { Argument, Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { complete } from './complete.ts'
import { completionScripts, shells } from './completion-scripts.ts'
import { oneOf } from './flags.ts'
import type { Io } from './io.ts'
import { inventoriesNear } from './nearby.ts'
import type { Shell } from './shell.ts'

/** `orchestrate completion SHELL`: prints the script that a shell sources. */
export function completionCommand({ io, end }: Shell) {
  const shell = new Argument('<SHELL>', 'bash, zsh or fish').choices(shells).argParser((word) => oneOf(word, shells))
  return new Command('completion')
    .summary('print the completion script for bash, zsh or fish')
    .description('Prints a script for your shell, e.g. eval "$(orchestrate completion bash)" in ~/.bashrc.')
    .addArgument(shell)
    .action((name) => {
      io.stdout.write(completionScripts[name])
      end(0)
    })
}

/** `orchestrate __complete WORD…`: what the scripts call. Never fails: a shell in the middle of a line cannot use an error. */
export async function answerCompletion(
  program: CommandUnknownOpts,
  words: readonly string[],
  { cwd, stdout }: Io,
): Promise<number> {
  const { loadInventory } = await import('./load.ts')
  const load = async (path: string) => (await loadInventory(path, cwd)).inventory
  try {
    const answer = await complete(program, words, {
      inventories: () => inventoriesNear(cwd),
      hosts: async (path) => {
        const { hosts } = await load(path)
        const groups = Object.values(hosts).flatMap((host) => host.groups ?? [])
        return [...Object.keys(hosts), ...new Set(groups.map((group) => `@${group}`))]
      },
      roles: async (path) => {
        const { playbook } = await load(path)
        return [...new Set(playbook.plays.flatMap(({ roles }) => roles.map(({ name }) => name)))]
      },
    })
    stdout.write(answer.map((line) => `${line}\n`).join(''))
    return 0
  } catch {
    return 0
  }
}
