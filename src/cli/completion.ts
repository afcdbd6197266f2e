import { Argument, Command, type CommandUnknownOpts, type Option } from '@commander-js/extra-typings'
import { completionScripts, shells } from './completion-scripts.ts'
import { oneOf } from './flags.ts'
import type { Io, Shell } from './io.ts'
import { inventoriesNear } from './usage.ts'

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

/** What completion looks up outside the command line. */
export interface CompletionSources {
  /** Paths of inventories near the working directory. */
  inventories(): readonly string[]
  /** What `--limit` takes with this inventory: hosts and `@groups`. */
  hosts(inventory: string): Promise<readonly string[]>
  roles(inventory: string): Promise<readonly string[]>
}

/** First line of an answer when names of files fit, too. */
const filesToo = ':files'

/** Candidates for the last of `words`, each as `WORD` or `WORD<tab>what it is`. */
export async function complete(
  program: CommandUnknownOpts,
  words: readonly string[],
  sources: CompletionSources,
): Promise<string[]> {
  const [name = '', ...rest] = words
  const current = rest.at(-1)
  if (current === undefined) return beginning(name, name.startsWith('-') ? flags(program) : commands(program))
  const command = program.commands.find((one) => one.name() === name)
  if (!command) return []
  const inline = /^(--[a-z-]+)=(.*)$/.exec(current)
  const flag = inline?.[1] ?? rest.at(-2)
  const option = command.options.find((one) => one.long === flag && one.required)
  if (option) {
    const values = await valuesOf(option, inventoryIn(rest), inline?.[2] ?? current, sources)
    return inline ? values.map((value) => `${inline[1]}=${value}`) : values
  }
  if (current.startsWith('-')) return beginning(current, flags(command))
  return argument(command, positionals(command, rest), sources)
}

/** Candidates for the last of a command's positional words. */
function argument(command: CommandUnknownOpts, words: readonly string[], sources: CompletionSources): string[] {
  const current = words.at(-1) ?? ''
  if (command.commands.length > 0) {
    if (words.length === 1) return beginning(current, commands(command))
    const inner = command.commands.find((one) => one.name() === words[0])
    return inner ? argument(inner, words.slice(1), sources) : []
  }
  const wanted = command.registeredArguments[words.length - 1]
  if (wanted?.argChoices) return beginning(current, wanted.argChoices)
  return wanted?.name() === 'INVENTORY' ? [filesToo, ...beginning(current, sources.inventories())] : []
}

/** The words that are neither flags nor their values. */
function positionals(command: CommandUnknownOpts, words: readonly string[]): string[] {
  const takesValue = (word: string | undefined) => command.options.some((one) => one.long === word && one.required)
  return words.filter((word, index) => !word.startsWith('-') && !takesValue(words[index - 1]))
}

async function valuesOf(
  option: Option,
  inventory: string | undefined,
  current: string,
  sources: CompletionSources,
): Promise<string[]> {
  if (option.argChoices) return beginning(current, option.argChoices)
  if (option.long === '--output' || option.long === '--events') return [filesToo]
  if (inventory === undefined) return []
  if (option.long === '--roles') return listItem(current, await sources.roles(inventory))
  if (option.long === '--limit' || option.long === '--host') return listItem(current, await sources.hosts(inventory))
  return []
}

/** Completes the last item of a comma separated list. */
function listItem(current: string, names: readonly string[]): string[] {
  const before = /^(?:.*,)?!?/.exec(current)?.[0] ?? ''
  return beginning(current.slice(before.length), names).map((name) => before + name)
}

function inventoryIn(words: readonly string[]): string | undefined {
  return words.find((word) => /\.[cm]?[jt]s$/.test(word))
}

function commands(command: CommandUnknownOpts): string[] {
  const visible = command.createHelp().visibleCommands(command)
  return visible.map((one) => `${one.name()}\t${one.summary() || one.description()}`)
}

function flags(command: CommandUnknownOpts): string[] {
  const visible = command.createHelp().visibleOptions(command)
  return visible.flatMap(({ long, description }) => (long ? [`${long}\t${description}`] : []))
}

function beginning(current: string, candidates: readonly string[]): string[] {
  return candidates.filter((candidate) => candidate.startsWith(current))
}
