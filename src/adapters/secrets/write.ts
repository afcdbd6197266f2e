import { randomBytes } from 'node:crypto'
import { mkdir, open, realpath, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { reasonOf } from '../system-error.ts'
import { secretError } from './locations.ts'

/** Writes a private file (0600) so that after a crash at any byte either the old or the new content is there. */
export async function writePrivate(path: string, content: string): Promise<void> {
  // A linked store stays a link: the rename replaces what it points to.
  const target = await realpath(path).catch(() => path)
  const candidate = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}`)
  try {
    await mkdir(dirname(target), { recursive: true, mode: 0o700 })
    await durable(candidate, content)
    await rename(candidate, target)
    await syncDirectory(dirname(target))
  } catch (error) {
    await rm(candidate, { force: true })
    throw secretError(
      `cannot write ${path}: ${reasonOf(error)}`,
      'make the directory writable, then run the command again',
      error,
    )
  }
}

async function durable(path: string, content: string): Promise<void> {
  const handle = await open(path, 'wx', 0o600)
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
