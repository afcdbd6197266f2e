import { inspect } from 'node:util'
import { Secret, sha256 } from './secret.ts'

/** One run of text: plain, or hidden with the words that stand for it. */
export type Part = string | Hidden

/** Text that must not be printed: `masked` is what people see. */
export interface Hidden {
  readonly masked: string
  readonly reveal: () => string
  /** The secrets in it. */
  readonly secrets: readonly Secret[]
}

/** Text with two spellings: `String(text)` masks its secrets, `revealed()` is for the wire. */
export class Text {
  readonly parts: readonly Part[]

  constructor(parts: readonly Part[]) {
    this.parts = parts
  }

  /** The clear spelling. Called in `kernel/` and `adapters/` only. */
  revealed(): string {
    return this.parts.map((part) => (typeof part === 'string' ? part : part.reveal())).join('')
  }

  /** Whether any part is hidden. */
  get secret(): boolean {
    return this.parts.some((part) => typeof part !== 'string')
  }

  /** Every secret in it, with the secrets that those are made of. */
  secrets(): Secret[] {
    const found = this.parts.flatMap((part) => (typeof part === 'string' ? [] : part.secrets))
    return [...new Set(found.flatMap((secret) => secret.lineage()))]
  }

  toString(): string {
    return this.parts.map((part) => (typeof part === 'string' ? part : part.masked)).join('')
  }

  toJSON(): string {
    return this.toString()
  }

  [inspect.custom](): string {
    return this.toString()
  }
}

/** What a file may contain: text, text with secrets in it, one secret, or bytes. */
export type Content = string | Text | Secret | Uint8Array

/** Whether printing the content would give a secret away. */
export function isSecret(content: Content): boolean {
  return content instanceof Secret || (content instanceof Text && content.secret)
}

/** The bytes as they go to the host, hidden if they hold a secret; `encoding` is how they travel inside a script. */
export function encoded(content: Content): Part {
  if (content instanceof Uint8Array) return Buffer.from(content).toString('base64')
  const reveal = () => Buffer.from(clear(content)).toString('base64')
  return isSecret(content) ? hidden(content as Secret | Text, reveal) : reveal()
}

/** SHA-256 of the bytes as they would be on the host. */
export function contentSha256(content: Content): string {
  return sha256(content instanceof Uint8Array ? content : clear(content))
}

/** Length in bytes as it would be on the host. */
export function contentBytes(content: Content): number {
  return content instanceof Uint8Array ? content.length : Buffer.byteLength(clear(content))
}

function clear(content: string | Text | Secret): string {
  if (content instanceof Secret) return content.reveal()
  return content instanceof Text ? content.revealed() : content
}

/** Joins lines and texts, keeping secrets hidden. */
export function joinText(pieces: readonly (string | Text | Secret)[], separator = ''): Text {
  const parts: Part[] = []
  pieces.forEach((piece, index) => {
    if (index > 0 && separator) parts.push(separator)
    if (piece instanceof Text) parts.push(...piece.parts)
    else parts.push(piece instanceof Secret ? hidden(piece, () => piece.reveal()) : piece)
  })
  return new Text(parts)
}

/** A part that shows a secret's or text's masked spelling and reveals another form of it. */
export function hidden(of: Secret | Text, reveal: () => string): Hidden {
  return { masked: String(of), reveal, secrets: of instanceof Secret ? [of] : of.secrets() }
}
