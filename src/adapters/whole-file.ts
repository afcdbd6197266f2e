import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'

/**
 * Writes a private file (0600) so that after a crash at any byte either the old or the new content is there. A link stays
 * a link: what it points to is replaced. A device or pipe such as /dev/stdout is written to. Throws the system's error.
 */
export function writeWhole(path: string, content: string): void {
  const present = statSync(path, { throwIfNoEntry: false })
  if (present && !present.isFile() && !present.isDirectory()) {
    writeFileSync(path, content)
    return
  }
  const target = present ? realpathSync(path) : path
  const candidate = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}`)
  try {
    writeFileSync(candidate, content, { mode: 0o600, flag: 'wx', flush: true })
    renameSync(candidate, target)
  } catch (error) {
    rmSync(candidate, { force: true })
    throw error
  }
  syncFolder(dirname(target))
}

/** Makes a folder (0700) and those above it, one by one: `mkdir` with `recursive` never ends below /proc. */
export function makeFolders(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return
  if (dirname(folder) !== folder) makeFolders(dirname(folder))
  mkdirSync(folder, { mode: 0o700 })
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
