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
export function answerCommand(program: CommandUnknownOpts, { io, end }: Shell) {
  return new Command('__complete')
    .argument('[WORD...]')
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (words) => {
      const answer = await complete(program, words, sourcesIn(io)).catch(() => [])
      io.stdout.write(answer.map((line) => `${line}\n`).join(''))
      end(0)
    })
}

/** What completion looks up outside the command line. */
export interface CompletionSources {
  /** Paths of inventories near the working directory. */
  inventories(): readonly string[]
  /** What `--limit` takes with this inventory: hosts and `@groups`. */
  hosts(inventory: string): Promise<readonly string[]>
  roles(inventory: string): Promise<readonly string[]>
}

function sourcesIn({ cwd }: Io): CompletionSources {
  const load = async (path: string) => {
    const { loadInventory } = await import('./load.ts')
    return (await loadInventory(path, cwd)).inventory
  }
  return {
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
  }
}

/** First line of an answer when names of files fit, too. */
const filesToo = ':files'

/** Candidates for the last of `words`, each as `WORD` or `WORD<tab>what it is`. */
export async function complete(
  program: CommandUnknownOpts,
  words: readonly string[],
  sources: CompletionSources,
): Promise<string[]> {
  const { command, rest } = innermost(program, words)
  const current = rest.at(-1) ?? ''
  const inline = /^(--[a-z-]+)=(.*)$/.exec(current)
  const flag = inline?.[1] ?? rest.at(-2)
  const option = command.options.find((one) => one.long === flag && one.required)
  if (option) {
    const values = await valuesOf(option, inventoryIn(rest), inline?.[2] ?? current, sources)
    return inline ? values.map((value) => `${inline[1]}=${value}`) : values
  }
  if (current.startsWith('-')) return beginning(current, flags(command))
  const given = positionals(command, rest)
  if (command.commands.length > 0) return given.length === 1 ? beginning(current, commands(command)) : []
  const wanted = command.registeredArguments[given.length - 1]
  if (wanted?.argChoices) return beginning(current, wanted.argChoices)
  return wanted?.name() === 'INVENTORY' ? [filesToo, ...beginning(current, sources.inventories())] : []
}

/** The command that all words but the last name, and the words after its name. */
function innermost(
  command: CommandUnknownOpts,
  words: readonly string[],
): { command: CommandUnknownOpts; rest: readonly string[] } {
  const inner = words.length > 1 ? command.commands.find((one) => one.name() === words[0]) : undefined
  return inner ? innermost(inner, words.slice(1)) : { command, rest: words }
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
  if (option.long === '--limit') return listItem(current, await sources.hosts(inventory))
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
