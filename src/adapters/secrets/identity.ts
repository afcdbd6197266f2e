import { type FileHandle, open, stat } from 'node:fs/promises'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { reasonOf, systemCode } from '../system-error.ts'
import { secretError } from './locations.ts'
import { writePrivate } from './write.ts'

/** An age key pair: the private key that opens stores, and the public recipient that stores are encrypted for. */
export interface AgeIdentity {
  readonly key: string
  readonly recipient: string
}

/** Reads an identity file; refuses one that others may read, because then the store is no secret. */
export async function readIdentity(path: string): Promise<AgeIdentity> {
  const text = await readGuarded(path)
  const key = /^AGE-SECRET-KEY-\S+$/m.exec(text)?.[0]
  if (!key)
    throw secretError(
      `${path} holds no age identity`,
      'put a line that begins with AGE-SECRET-KEY- into it, or choose another file with ORCHESTRATE_IDENTITY',
    )
  try {
    return { key, recipient: await identityToRecipient(key) }
  } catch (error) {
    throw secretError(
      `the age identity in ${path} is damaged: ${reasonOf(error)}`,
      'restore the file from a backup',
      error,
    )
  }
}

/** Makes an identity file (0600 in a 0700 directory) unless there is one; says whether it was made. */
export async function ensureIdentity(
  path: string,
): Promise<{ readonly identity: AgeIdentity; readonly made: boolean }> {
  if (
    await stat(path).then(
      () => true,
      () => false,
    )
  )
    return { identity: await readIdentity(path), made: false }
  const key = await generateX25519Identity()
  const recipient = await identityToRecipient(key)
  await writePrivate(path, `# orchestrate identity: opens the stores that were encrypted for\n# ${recipient}\n${key}\n`)
  return { identity: { key, recipient }, made: true }
}

// The permissions are those of the opened file, so that it cannot be replaced between the check and the read.
async function readGuarded(path: string): Promise<string> {
  let handle: FileHandle
  try {
    handle = await open(path, 'r')
  } catch (error) {
    if (systemCode(error) === 'ENOENT')
      throw secretError(
        `the identity ${path} does not exist`,
        'copy the identity that opens the store to this path, or name it with ORCHESTRATE_IDENTITY',
      )
    throw secretError(
      `cannot read the identity ${path}: ${reasonOf(error)}`,
      'make the file yours, with mode 0600',
      error,
    )
  }
  try {
    const stats = await handle.stat()
    const { mode, uid } = stats
    if (!stats.isFile())
      throw secretError(`the identity ${path} is not a file`, 'name the file that holds it with ORCHESTRATE_IDENTITY')
    if ((mode & 0o077) !== 0) {
      throw secretError(
        `the identity ${path} can be read by others (mode ${(mode & 0o7777).toString(8).padStart(4, '0')})`,
        `run \`chmod 600 ${path}\``,
      )
    }
    const me = process.getuid?.()
    if (me !== undefined && uid !== me && uid !== 0)
      throw secretError(`the identity ${path} belongs to another user (${uid})`, `run \`chown ${me} ${path}\``)
    return await handle.readFile('utf8')
  } finally {
    await handle.close()
  }
}
