import { randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import { OrchestrateError } from '../../kernel/errors.ts'
import type { Secret } from '../../kernel/secret.ts'
import { joinText, type Text } from '../../kernel/text.ts'
import { TemplateFault } from './syntax.ts'

const label = '<secret:'

/** A secret as a template sees it: it can be written with `<%= %>` and nothing else. */
export class Veiled {
  readonly #content: Secret | Text
  readonly #path: string

  constructor(content: Secret | Text, path: string) {
    this.#content = content
    this.#path = path
  }

  /** For the renderer only. */
  static contentOf(veiled: Veiled): Secret | Text {
    return veiled.#content
  }

  toString(): never {
    throw new TemplateFault(
      `${this.#path} is a secret or a rendered text and is used as a string`,
      `write it alone: <%= ${this.#path} %>`,
    )
  }

  toJSON(): never {
    return this.toString()
  }

  [inspect.custom](): string {
    return this.#path
  }
}

/** Where secrets stand in a text that is being rendered: marks while ejs joins strings, parts of a Text afterwards. */
export class Holes {
  readonly #mark = randomBytes(16).toString('hex')
  readonly #contents: (Secret | Text)[] = []

  /** The text for one `<%= %>`: nothing is escaped, what has no obvious spelling is refused. */
  escape(value: unknown): string {
    if (value instanceof Veiled) return `${this.#mark}${this.#contents.push(Veiled.contentOf(value)) - 1};`
    if (typeof value === 'string' && value.includes(label)) throw printed()
    if (typeof value === 'string' || typeof value === 'boolean') return String(value)
    if (typeof value === 'number' && Number.isFinite(value)) return String(value)
    throw new TemplateFault(
      `the value to be written is ${describe(value)}`,
      'write a text, a number, true or false; use .join() for a list',
    )
  }

  /** The finished text with its secrets as hidden parts. */
  fill(name: string, rendered: string): Text {
    const pieces = rendered.split(new RegExp(`${this.#mark}(\\d+);`)).map((piece, index) => {
      if (index % 2 === 1) return this.#contents[Number(piece)] ?? ''
      if (piece.includes(label))
        throw new OrchestrateError(`template ${name}: ${printed().message}`, {
          code: 'E_TEMPLATE',
          exit: 'usage',
          hint: printed().hint,
        })
      return piece
    })
    return joinText(pieces.filter((piece) => piece !== ''))
  }
}

function printed(): TemplateFault {
  return new TemplateFault(
    `the text contains ${label}…>, the printed form of a secret`,
    'give the Secret itself to the template, not a string made from it',
  )
}

function describe(value: unknown): string {
  if (value === undefined || value === null) return String(value)
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'number' ? String(value) : `a value of type ${typeof value}`
}
