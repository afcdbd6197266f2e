import { readdirSync } from 'node:fs'
import { join } from 'node:path'

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
