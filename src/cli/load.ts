import { existsSync, statSync } from 'node:fs'
import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type Inventory, isInventory } from '../dsl/inventory.ts'
import type { OrchestrateError } from '../kernel/errors.ts'
import { nearest } from '../kernel/near.ts'
import { importFailure } from './load-failure.ts'
import { inventoriesNear, typescriptFiles } from './nearby.ts'
import { listed, usageError } from './usage.ts'

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
