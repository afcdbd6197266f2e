import { dirname } from 'node:path'
import { reasonOf } from '../system-error.ts'
import { makeFolders, writeWhole } from '../whole-file.ts'
import { secretError } from './locations.ts'

/** Writes a store or an identity whole or not at all, or says why it cannot. */
export async function writePrivate(path: string, content: string): Promise<void> {
  try {
    makeFolders(dirname(path))
    writeWhole(path, content)
  } catch (error) {
    throw secretError(
      `cannot write ${path}: ${reasonOf(error)}`,
      'make the directory writable, then run the command again',
      error,
    )
  }
}
