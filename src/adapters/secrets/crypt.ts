import { armor, Decrypter, Encrypter } from 'age-encryption'
import { reasonOf, secretError } from './failure.ts'
import type { Identity } from './identity.ts'

/** What stands encrypted in a store file. */
export interface StoreContent {
  /** Whom the file is encrypted for; kept inside so that saving needs nobody's memory. */
  readonly recipients: readonly string[]
  readonly secrets: ReadonlyMap<string, string>
}

/** The armoured text of a store file. */
export async function seal({ recipients, secrets }: StoreContent): Promise<string> {
  const encrypter = new Encrypter()
  for (const recipient of recipients) {
    try {
      encrypter.addRecipient(recipient)
    } catch (error) {
      throw secretError(`${recipient} is not an age recipient`, 'give the public word that begins with age1', error)
    }
  }
  const sorted = [...secrets].sort(([a], [b]) => (a < b ? -1 : 1))
  const json = JSON.stringify({ version: 1, recipients, secrets: Object.fromEntries(sorted) })
  return armor.encode(await encrypter.encrypt(json))
}

/** Opens the text of the store file `path`. */
export async function unseal(path: string, text: string, identity: Identity): Promise<StoreContent> {
  let json: string
  try {
    const decrypter = new Decrypter()
    decrypter.addIdentity(identity.key)
    // As a stream: for a whole text the library starts Node's HTTP client, 30 ms of every command.
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
