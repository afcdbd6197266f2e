import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, extname, isAbsolute, join, relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type Inventory, isInventory } from '../dsl/inventory.ts'
import { OrchestrateError } from '../kernel/errors.ts'
import { nearest } from '../kernel/near.ts'
import { inventoriesNear, listed, typescriptFiles, usageError } from './usage.ts'

/** An inventory and where it came from. */
export interface LoadedInventory {
  /** As it was typed, for messages. */
  readonly path: string
  readonly file: string
  /** The folder with the package.json that the inventory belongs to. */
  readonly root: string
  readonly inventory: Inventory
}

/** Imports the TypeScript file at `path` (Node strips the types) and takes the inventory out of it. */
export async function loadInventory(path: string, cwd: string): Promise<LoadedInventory> {
  const file = resolve(cwd, path)
  if (!existsSync(file)) throw notFound(path, cwd)
  if (statSync(file).isDirectory())
    throw usageError(`${path} is a directory${inside(path, cwd)}`, 'name the inventory file itself')
  const module = await imported(path, file)
  if (!isInventory(module['default'])) throw notAnInventory(path, module)
  return { path, file, root: packageRoot(file), inventory: module['default'] }
}

/** Where templates are looked for: beside the inventory's package.json, then in this package. */
export function templateRoots({ root }: Pick<LoadedInventory, 'root'>): string[] {
  const own = packageRoot(fileURLToPath(import.meta.url))
  return [...new Set([root, own])].map((folder) => join(folder, 'templates')).filter((folder) => existsSync(folder))
}

async function imported(path: string, file: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>
  } catch (error) {
    throw importFailure(path, file, error)
  }
}

function notFound(path: string, cwd: string): OrchestrateError {
  const folder = dirname(resolve(cwd, path))
  const near = typescriptFiles(folder).map((name) => relative(cwd, join(folder, name)))
  const known = [...new Set([...near, ...inventoriesNear(cwd)])]
  const wanted = stem(path)
  const guess = known.find((name) => stem(name) === wanted) ?? nearest(wanted, known.map(stem))
  const meant = known.find((name) => name === guess || stem(name) === guess)
  const words = known.length > 0 ? `\n  inventories here: ${listed(known)}` : ''
  return usageError(
    `no inventory at ${path}${meant ? `; did you mean ${meant}?` : ''}${words}`,
    'name the TypeScript file of an inventory',
  )
}

function inside(path: string, cwd: string): string {
  const names = typescriptFiles(resolve(cwd, path)).map((name) => join(path, name))
  return names.length > 0 ? `\n  in it: ${listed(names)}` : ''
}

function notAnInventory(path: string, module: Record<string, unknown>): OrchestrateError {
  const found = 'default' in module ? `its default export is ${kindOf(module['default'])}` : noDefault(module)
  return usageError(`${path} is not an inventory: ${found}`, 'write `export default defineInventory({ … })`')
}

function noDefault(module: Record<string, unknown>): string {
  const names = Object.keys(module)
  return names.length > 0 ? `it exports ${listed(names)} but no default` : 'it exports nothing'
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (typeof value !== 'object') return `a ${typeof value}`
  return 'plays' in value ? 'a playbook, not made by defineInventory' : 'an object that defineInventory did not make'
}

/** The nearest folder upwards with a package.json. */
function packageRoot(file: string): string {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder
    if (folder === dirname(folder)) return dirname(file)
  }
}

function stem(path: string): string {
  return basename(path, extname(path))
}

/** Why an inventory could not be imported, with the file and line that a person has to look at. */
export function importFailure(path: string, file: string, error: unknown): unknown {
  if (OrchestrateError.is(error) || !(error instanceof Error)) return error
  if (error instanceof SyntaxError) return syntaxFailure(path, file, error)
  const code = 'code' in error ? error.code : undefined
  if (
    code === 'ERR_MODULE_NOT_FOUND' ||
    code === 'ERR_PACKAGE_IMPORT_NOT_DEFINED' ||
    code === 'ERR_UNKNOWN_FILE_EXTENSION'
  ) {
    return usageError(
      `${path} cannot be loaded: ${shortened(error.message)}${meantModule(error.message)}`,
      'correct the import, or install the package it names',
      error,
    )
  }
  const place = firstPlace(error.stack ?? '')
  return usageError(
    `${path} failed while it was loaded: ${error.name}: ${error.message}${place ? `\n  at ${place}` : ''}`,
    'correct the file; nothing was contacted',
    error,
  )
}

/** `; did you mean ../playbooks/mail.ts?` where an import leads to a file almost: an ending or the first dots are missing. */
function meantModule(message: string): string {
  const [, target = '', importer = ''] =
    /^Cannot find (?:module|package) '([^']+)' imported from (.+)$/.exec(message) ?? []
  if (!existsSync(importer)) return ''
  const wanted = isAbsolute(target) ? target : join(packageRoot(importer), specifierIn(importer, target))
  const names = typescriptFiles(dirname(wanted))
  const found = names.find((name) => stem(name) === stem(wanted)) ?? nearest(basename(wanted), names)
  if (found === undefined) return ''
  const seen = relative(dirname(importer), join(dirname(wanted), found))
  return `; did you mean ${seen.startsWith('.') ? seen : `./${seen}`}?`
}

/** What a file imports from a package, as it stands there. */
function specifierIn(file: string, name: string): string {
  const text = readFileSync(file, 'utf8')
  const specifiers = [...text.matchAll(/\bfrom\s*['"]([^'"]+)['"]/g)].map(([, specifier = '']) => specifier)
  return specifiers.find((specifier) => specifier === name || specifier.startsWith(`${name}/`)) ?? name
}

// Node puts place and excerpt before the message: `PATH:LINE`, code, a line of carets.
function syntaxFailure(path: string, file: string, error: SyntaxError): OrchestrateError {
  const [head = '', ...rest] = (error.stack ?? '').split('\n')
  const end = rest.findIndex((line) => /^\s*\^+\s*$/.test(line))
  const excerpt = rest
    .slice(0, end + 1)
    .slice(-4)
    .map((line) => `    ${line}`)
  const place = /^(.*):(\d+)$/.exec(head)
  const where = place ? `${shown(place[1] ?? '')}:${place[2]}` : path
  const own = place ? plainPath(place[1] ?? '') === file : true
  const reason = error.message.replace(/\.$/, '')
  const erasable = 'code' in error && error.code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX'
  const hint = erasable
    ? 'Node only strips types: write it without enum, namespace or parameter properties'
    : own
      ? 'correct the file; nothing was contacted'
      : `correct the file, which ${path} imports`
  return usageError([`${where}: ${reason}`, ...excerpt].join('\n'), hint, error)
}

function firstPlace(stack: string): string | undefined {
  const found = /^ +at (?:.*\()?(file:\/\/[^)\n]+?:\d+):\d+\)?$/m.exec(stack)?.[1]
  return found === undefined ? undefined : shown(found)
}

/** A path or file URL (line number kept) as it is seen from the working directory, where that is shorter. */
function shown(place: string): string {
  const full = plainPath(place)
  const near = relative(process.cwd(), full)
  return near.startsWith('..') ? full : near
}

function plainPath(place: string): string {
  return place.startsWith('file://') ? fileURLToPath(place) : place
}

function shortened(message: string): string {
  return message.replaceAll(`${process.cwd()}/`, '')
}
