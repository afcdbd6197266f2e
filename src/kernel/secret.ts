import { createHash } from 'node:crypto'
import { inspect } from 'node:util'

/** A value that prints as its label everywhere: template literals, JSON, inspect, errors. Only `reveal()` gives it. */
export class Secret {
  readonly label: string
  #text: string | (() => string)
  readonly #origins: readonly Secret[]

  /** `text` may be a function, called once and only if the value is needed; `origins` are the secrets that it is made of. */
  constructor(label: string, text: string | (() => string), origins: readonly Secret[] = []) {
    this.label = label
    this.#text = text
    this.#origins = origins
  }

  /** The clear text. Called in `kernel/` and `adapters/` only; a test enforces it. */
  reveal(): string {
    if (typeof this.#text !== 'string') this.#text = this.#text()
    return this.#text
  }

  /** Itself and every secret that it is made of. */
  lineage(): Secret[] {
    return [this, ...this.#origins.flatMap((origin) => origin.lineage())]
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

/** A secret derived from others (a hash, a joined line): computed once, when it is needed, and printed as `label`. */
export function derive(label: string, from: readonly Secret[], make: (texts: readonly string[]) => string): Secret {
  return new Secret(label, () => make(from.map((secret) => secret.reveal())), from)
}

/** Whether the clear text has a form; a declaration may ask, nothing of the value is given away. */
export function hasForm(secret: Secret, form: RegExp): boolean {
  return form.test(secret.reveal())
}

/** The first eight hex digits of the SHA-256, shown where a secret changed. */
export function fingerprint(content: string | Uint8Array): string {
  return sha256(content).slice(0, 8)
}

/** Lower-case hex SHA-256. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
