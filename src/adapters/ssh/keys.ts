import { readFile } from 'node:fs/promises'
import ssh2, { type IdentityCallback, type ParsedKey, type SignCallback, type SigningRequestOptions } from 'ssh2'
import { sha256 } from '../../kernel/secret.ts'
import { messageOf, systemCode } from '../system-error.ts'
import type { KeySettings } from './target.ts'

/** One key file as found: a usable key, an encrypted one without passphrase, or why it cannot be used. */
export type KeyFile =
  | { readonly state: 'usable'; readonly file: string; readonly key: ParsedKey }
  | { readonly state: 'locked'; readonly file: string; readonly text: Buffer }
  | { readonly state: 'unusable'; readonly file: string; readonly because: string }

const missing = 'does not exist'

/** Reads the key files in order; default ones that do not exist are left out. */
export async function readKeyFiles({ files, named, passphrase }: KeySettings): Promise<readonly KeyFile[]> {
  const found = await Promise.all(files.map((file) => readKeyFile(file, passphrase?.reveal())))
  return found.filter((key) => named || key.state !== 'unusable' || key.because !== missing)
}

async function readKeyFile(file: string, passphrase: string | undefined): Promise<KeyFile> {
  try {
    return openKey(file, await readFile(file), passphrase)
  } catch (error) {
    return { state: 'unusable', file, because: systemCode(error) === 'ENOENT' ? missing : messageOf(error) }
  }
}

// Decrypting a key (bcrypt_pbkdf) takes half a second in which nothing else runs, so it is done once per run, not per host.
const opened = new Map<string, KeyFile>()

/** Opens a private key. Without its passphrase an encrypted one stays locked; with a wrong one it is unusable. */
export function openKey(file: string, text: Buffer, passphrase?: string): KeyFile {
  // A digest of all three, so that no passphrase is kept.
  const name = sha256(JSON.stringify([file, text.toString('base64'), passphrase]))
  const key = opened.get(name) ?? parseKey(file, text, passphrase)
  opened.set(name, key)
  return key
}

function parseKey(file: string, text: Buffer, passphrase: string | undefined): KeyFile {
  const parsed: ParsedKey | ParsedKey[] | Error = ssh2.utils.parseKey(text, passphrase)
  const key = Array.isArray(parsed) ? parsed[0] : parsed
  if (key === undefined) return { state: 'unusable', file, because: 'holds no key' }
  if (!(key instanceof Error)) {
    return key.isPrivateKey()
      ? { state: 'usable', file, key }
      : { state: 'unusable', file, because: 'is not a private key' }
  }
  if (/no passphrase given/i.test(key.message)) return { state: 'locked', file, text }
  const wrongPassphrase = /passphrase|integrity/i.test(key.message)
  return {
    state: 'unusable',
    file,
    because: wrongPassphrase ? 'does not open with this passphrase' : `cannot be used: ${key.message}`,
  }
}

/** The public keys of all key files, from the file itself or from `FILE.pub` beside it. */
export async function publicKeys(files: readonly KeyFile[]): Promise<readonly ParsedKey[]> {
  const found = await Promise.all(files.map((key) => (key.state === 'usable' ? key.key : publicKeyBeside(key.file))))
  return found.filter((key) => key !== undefined)
}

async function publicKeyBeside(file: string): Promise<ParsedKey | undefined> {
  const text = await readFile(`${file}.pub`).catch(() => undefined)
  const key = text && ssh2.utils.parseKey(text)
  return key instanceof Error ? undefined : key
}

/** Whether a list holds a key with the same public half. */
export function holdsKey(keys: readonly ParsedKey[], key: ParsedKey): boolean {
  return keys.some((other) => other.getPublicSSH().equals(key.getPublicSSH()))
}

/** The ssh-agent, restricted to the keys we want to offer. An agent that does not answer counts as one without keys. */
export class FilteredAgent extends ssh2.BaseAgent<ParsedKey> {
  readonly #agent: ssh2.OpenSSHAgent
  readonly #wanted: (key: ParsedKey) => boolean
  /** How many keys were offered, for the error message. */
  offered = 0

  constructor(socket: string, wanted: (key: ParsedKey) => boolean) {
    super()
    this.#agent = new ssh2.OpenSSHAgent(socket)
    this.#wanted = wanted
  }

  override getIdentities(done: IdentityCallback<ParsedKey>): void {
    this.#agent.getIdentities((error, keys) => {
      const wanted = error ? [] : (keys ?? []).filter(isParsed).filter(this.#wanted)
      this.offered = wanted.length
      done(undefined, wanted)
    })
  }

  override sign(
    key: ParsedKey,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    done?: SignCallback,
  ): void {
    if (typeof options === 'function') this.#agent.sign(key, data, options)
    else this.#agent.sign(key, data, options, done)
  }
}

/** ssh2's type allows raw keys as well; its own agent always gives parsed ones. */
function isParsed(key: object): key is ParsedKey {
  return 'getPublicSSH' in key
}
