import { createHash } from 'node:crypto'
import { inspect } from 'node:util'

/** A value that prints as its label everywhere: template literals, JSON, inspect, errors. Only `reveal()` gives it. */
export class Secret {
  readonly #text: string
  readonly label: string

  constructor(label: string, text: string) {
    this.label = label
    this.#text = text
  }

  /** The clear text. Called in `kernel/` and `adapters/` only; a test enforces it. */
  reveal(): string {
    return this.#text
  }

  toString(): string {
    return `<secret:${this.label}>`
  }

  toJSON(): string {
    return this.toString()
  }

  [inspect.custom](): string {
    return this.toString()
  }
}

/** A secret derived from others (a hash, a joined line): computed now, printed as `label`. */
export function derive(label: string, from: readonly Secret[], make: (texts: readonly string[]) => string): Secret {
  return new Secret(label, make(from.map((secret) => secret.reveal())))
}

/** The first eight hex digits of the SHA-256, shown where a secret changed. */
export function fingerprint(content: string | Uint8Array): string {
  return sha256(content).slice(0, 8)
}

/** Lower-case hex SHA-256. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
