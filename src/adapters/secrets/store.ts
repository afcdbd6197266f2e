import { readFile } from 'node:fs/promises'
import { Secret, sha256 } from '../../kernel/secret.ts'
import { type StoreContent, seal, unseal } from './crypt.ts'
import { failedWith, reasonOf, secretError } from './failure.ts'
import { readIdentity } from './identity.ts'
import type { StoreFiles } from './locations.ts'
import { writePrivate } from './write.ts'

/** Named secrets in one encrypted file. */
export interface SecretStore {
  /** `undefined` when there is none of this name. */
  get(name: string): Secret | undefined
  /** All names, sorted. */
  names(): readonly string[]
  set(name: string, value: string | Secret): void
  remove(name: string): void
  /** Whom the file is encrypted for. */
  recipients(): readonly string[]
  /** Chooses whom the file is encrypted for from the next save on; one's own identity is always among them. */
  rekey(recipients: readonly string[]): void
  /** Writes the file; what another process saved since it was read is not overwritten. */
  save(): Promise<void>
}

/** Opens a store; a file that is not there yet is an empty store, and then no identity is needed to read. */
export async function openStore(files: StoreFiles): Promise<SecretStore> {
  const text = await readStore(files.store)
  const content = text === undefined ? empty : await unseal(files.store, text, await readIdentity(files.identity))
  return new AgeStore(files, content, text)
}

const empty: StoreContent = { recipients: [], secrets: new Map() }

class AgeStore implements SecretStore {
  readonly #files: StoreFiles
  #recipients: readonly string[]
  readonly #secrets: Map<string, Secret>
  #seen: string | undefined

  constructor(files: StoreFiles, content: StoreContent, text: string | undefined) {
    this.#files = files
    this.#recipients = content.recipients
    this.#secrets = new Map([...content.secrets].map(([name, value]) => [name, new Secret(name, value)]))
    this.#seen = text === undefined ? undefined : sha256(text)
  }

  get(name: string): Secret | undefined {
    return this.#secrets.get(name)
  }

  names(): readonly string[] {
    return [...this.#secrets.keys()].sort()
  }

  set(name: string, value: string | Secret): void {
    this.#secrets.set(name, new Secret(name, value instanceof Secret ? value.reveal() : value))
  }

  remove(name: string): void {
    this.#secrets.delete(name)
  }

  recipients(): readonly string[] {
    return this.#recipients
  }

  rekey(recipients: readonly string[]): void {
    this.#recipients = recipients
  }

  async save(): Promise<void> {
    const { store, identity } = this.#files
    const now = await readStore(store)
    if ((now === undefined ? undefined : sha256(now)) !== this.#seen) {
      throw secretError(`${store} was changed by another process`, 'run the command again')
    }
    const { recipient } = await readIdentity(identity)
    const secrets = new Map([...this.#secrets].map(([name, secret]) => [name, secret.reveal()]))
    this.#recipients = [...new Set([...this.#recipients, recipient])]
    const text = `${(await seal({ recipients: this.#recipients, secrets })).trimEnd()}\n`
    await writePrivate(store, text)
    this.#seen = sha256(text)
  }
}

async function readStore(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (failedWith(error, 'ENOENT')) return undefined
    throw secretError(
      `cannot read the secret store ${path}: ${reasonOf(error)}`,
      'make the file readable for you',
      error,
    )
  }
}
