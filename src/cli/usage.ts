import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { CommanderError, CommandUnknownOpts } from '@commander-js/extra-typings'
import { OrchestrateError } from '../kernel/errors.ts'
import { nearest } from '../kernel/near.ts'

/** Words on the command line that cannot be used: what was found and what is allowed, and what to type next. */
export function usageError(message: string, hint: string, cause?: unknown): OrchestrateError {
  return new OrchestrateError(message, { code: 'E_USAGE', exit: 'usage', hint, cause })
}

/** `; did you mean X?`, if anything is near. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const near = nearest(word, known)
  return near === undefined ? '' : `; did you mean ${near}?`
}

/** The first names of a list, in words. */
export function listed(names: readonly string[], most = 20): string {
  if (names.length <= most) return names.join(', ')
  return `${names.slice(0, most).join(', ')} and ${names.length - most} more`
}

/** What commander found wrong, in the form of all our errors. */
export function usageOf(command: CommandUnknownOpts, error: CommanderError, cwd: string): OrchestrateError {
  const path = pathOf(command)
  const inventories =
    error.code === 'commander.missingArgument' && error.message.includes("'INVENTORY'") ? inventoriesNear(cwd) : []
  const found = error.message.replace(/^error: /, '').replace(/\n\(Did you mean .*\)$/s, '')
  const here = inventories.length > 0 ? `\n  inventories here: ${listed(inventories)}` : ''
  const next = inventories.length > 0 ? `${path} ${inventories[0]}` : `${path} --help`
  return usageError(`${found}${more(command, error, found)}${here}`, next, error)
}

/** `orchestrate apply`, as it is typed. */
function pathOf(command: CommandUnknownOpts): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name()
}

function more(command: CommandUnknownOpts, { code }: CommanderError, found: string): string {
  const word = /'([^']*)'/.exec(found)?.[1] ?? ''
  if (code === 'commander.unknownOption') return allowed(word, flagsOf(command))
  if (code === 'commander.unknownCommand') return allowed(word, commandsOf(command))
  if (code === 'commander.excessArguments' || code === 'commander.missingArgument') {
    return `\n  usage: ${pathOf(command)} ${command.usage()}`
  }
  return ''
}

function allowed(word: string, known: readonly string[]): string {
  return `${didYouMean(word, known)}\n  allowed: ${known.join(', ')}`
}

function flagsOf(command: CommandUnknownOpts): string[] {
  return [...command.options.map(({ long, flags }) => long ?? flags), '--help']
}

function commandsOf(command: CommandUnknownOpts): string[] {
  return command.commands.map((one) => one.name()).filter((name) => !name.startsWith('_'))
}

/** Inventory files in `inventories/` of the working directory, for suggestions. */
export function inventoriesNear(cwd: string): string[] {
  return typescriptFiles(join(cwd, 'inventories')).map((name) => join('inventories', name))
}

/** Names of the modules in a folder, sorted; none if it cannot be read. */
export function typescriptFiles(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /\.[cm]?[jt]s$/.test(name) && !name.endsWith('.d.ts'))
      .sort()
  } catch {
    return []
  }
}
