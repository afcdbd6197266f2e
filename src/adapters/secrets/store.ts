import { randomInt } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { armor, Decrypter, Encrypter } from 'age-encryption'
import { Secret, sha256 } from '../../kernel/secret.ts'
import { reasonOf, systemCode } from '../system-error.ts'
import { type AgeIdentity, readIdentity } from './identity.ts'
import { type StoreFiles, secretError } from './locations.ts'
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

/** Opens a store; a file that does not exist yet is an empty store, and no identity is needed to read it. */
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
    if (systemCode(error) === 'ENOENT') return undefined
    throw secretError(
      `cannot read the secret store ${path}: ${reasonOf(error)}`,
      'make the file readable for you',
      error,
    )
  }
}

/** The content of a store file, once decrypted. */
interface StoreContent {
  /** Whom the file is encrypted for; kept inside, so that saving needs no other source for them. */
  readonly recipients: readonly string[]
  readonly secrets: ReadonlyMap<string, string>
}

/** Encrypts a store's content as armoured text. */
async function seal({ recipients, secrets }: StoreContent): Promise<string> {
  const encrypter = new Encrypter()
  for (const recipient of recipients) {
    try {
      encrypter.addRecipient(recipient)
    } catch (error) {
      throw secretError(`${recipient} is not an age recipient`, 'give the public key that begins with age1', error)
    }
  }
  const sorted = [...secrets].sort(([a], [b]) => (a < b ? -1 : 1))
  const json = JSON.stringify({ version: 1, recipients, secrets: Object.fromEntries(sorted) })
  return armor.encode(await encrypter.encrypt(json))
}

/** Decrypts the text of the store file `path`. */
async function unseal(path: string, text: string, identity: AgeIdentity): Promise<StoreContent> {
  let json: string
  try {
    const decrypter = new Decrypter()
    decrypter.addIdentity(identity.key)
    // As a stream: for a whole string the library loads Node's HTTP client, 30 ms of every command.
    const chunks: Uint8Array[] = []
    for await (const chunk of await decrypter.decrypt(new Blob([armor.decode(text)]).stream())) chunks.push(chunk)
    json = Buffer.concat(chunks).toString('utf8')
  } catch (error) {
    throw secretError(
      `cannot open ${path}: ${reasonOf(error)}`,
      'choose the identity it was made for with ORCHESTRATE_IDENTITY, or restore the file from version control',
      error,
    )
  }
  const content = contentOf(json)
  if (!content)
    throw secretError(`${path} is not a store of this version`, 'use the version of orchestrate that wrote it')
  return content
}

function contentOf(json: string): StoreContent | undefined {
  const value: unknown = parsed(json)
  if (!isRecord(value) || value['version'] !== 1) return undefined
  const { recipients, secrets } = value
  if (!Array.isArray(recipients) || !recipients.every((one) => typeof one === 'string') || !isRecord(secrets))
    return undefined
  const entries = Object.entries(secrets).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return { recipients, secrets: new Map(entries) }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    // The parser's message would quote the decrypted text.
    return undefined
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const alphabet = `${letters}0123456789-_`

/** A random secret of URL-safe characters; it begins with a letter, so that no program takes it for an option. */
export function generateSecret(name: string, length: number): Secret {
  const pick = (from: string) => from[randomInt(from.length)] ?? ''
  const rest = Array.from({ length: Math.max(0, length - 1) }, () => pick(alphabet))
  return new Secret(name, pick(letters) + rest.join(''))
}
