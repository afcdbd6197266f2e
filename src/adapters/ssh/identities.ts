import { readFile } from 'node:fs/promises'
import ssh2, { type ParsedKey } from 'ssh2'
import { systemCode, wordsOf } from './failure.ts'
import type { Identities } from './target.ts'

/** One identity file as found: a usable key, one that waits for its passphrase, or why it cannot be used. */
export type Identity =
  | { readonly state: 'usable'; readonly file: string; readonly key: ParsedKey }
  | { readonly state: 'locked'; readonly file: string; readonly text: Buffer }
  | { readonly state: 'useless'; readonly file: string; readonly because: string }

const missing = 'does not exist'

/** Reads the identity files in order; default ones that do not exist are left out. */
export async function readIdentities({ files, named, passphrase }: Identities): Promise<readonly Identity[]> {
  const found = await Promise.all(files.map((file) => readIdentity(file, passphrase?.reveal())))
  return found.filter((identity) => named || identity.state !== 'useless' || identity.because !== missing)
}

async function readIdentity(file: string, passphrase: string | undefined): Promise<Identity> {
  try {
    return unlock(file, await readFile(file), passphrase)
  } catch (error) {
    return { state: 'useless', file, because: systemCode(error) === 'ENOENT' ? missing : wordsOf(error) }
  }
}

/** Opens a private key. An encrypted one stays locked until its passphrase is given; a wrong passphrase makes it useless. */
export function unlock(file: string, text: Buffer, passphrase?: string): Identity {
  const parsed: ParsedKey | ParsedKey[] | Error = ssh2.utils.parseKey(text, passphrase)
  const key = Array.isArray(parsed) ? parsed[0] : parsed
  if (key === undefined) return { state: 'useless', file, because: 'holds no key' }
  if (!(key instanceof Error)) {
    return key.isPrivateKey()
      ? { state: 'usable', file, key }
      : { state: 'useless', file, because: 'is not a private key' }
  }
  if (/no passphrase given/i.test(key.message)) return { state: 'locked', file, text }
  const closed = /passphrase|integrity/i.test(key.message)
  return {
    state: 'useless',
    file,
    because: closed ? 'does not open with this passphrase' : `cannot be used: ${key.message}`,
  }
}
