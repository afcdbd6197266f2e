import { randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import { OrchestrateError } from '../kernel/errors.ts'
import { nearest } from '../kernel/near.ts'
import { Secret } from '../kernel/secret.ts'
import { joinText, Text } from '../kernel/text.ts'

/** A mistake found while a template runs; the renderer turns it into E_TEMPLATE with the template's name and line. */
export class TemplateFault extends Error {
  readonly hint: string
  /** The finished error of an included template, which must not get a second line number. */
  readonly inner: OrchestrateError | undefined

  constructor(message: string, cause: string | OrchestrateError) {
    super(message)
    this.hint = typeof cause === 'string' ? cause : ''
    this.inner = typeof cause === 'string' ? undefined : cause
  }
}

/** What a role gives to a template. */
export type Locals = Readonly<Record<string, unknown>>

// JSON.stringify and `await` read these of every object; that they are missing is not a mistake of the template.
const readOfAll = new Set<string | symbol>(['toJSON', 'then'])

/** The locals as a template sees them: a name that does not exist is an error, and nothing can be changed. */
export function guarded(locals: Locals, helpers: Locals): object {
  const views = new WeakMap<object, unknown>()
  return guard(locals, { path: 'it', views, helpers })
}

interface View {
  /** The expression for it in the template. */
  readonly path: string
  /** One view per object, so that an object stays equal to itself. */
  readonly views: WeakMap<object, unknown>
  /** Names that only the top level has and that no message suggests. */
  readonly helpers?: Locals
}

function viewOf(value: unknown, view: View): unknown {
  if (value instanceof Secret || value instanceof Text) return new HiddenValue(value, view.path)
  if (!Array.isArray(value) && !isPlain(value)) return value
  const known = view.views.get(value)
  if (known !== undefined) return known
  const made = guard(value, view)
  view.views.set(value, made)
  return made
}

function guard(value: object, { path, views, helpers = {} }: View): object {
  // A copy, because a proxy must return the original value of a frozen object's property.
  const target: object = Array.isArray(value) ? [...value] : { ...value }
  return new Proxy(target, {
    get: (own, key) => {
      if (typeof key === 'symbol') return Reflect.get(own, key)
      if (Object.hasOwn(helpers, key)) return helpers[key]
      if (!(key in own) && !readOfAll.has(key) && !(Array.isArray(own) && /^\d+$/.test(key)))
        throw unknownName(own, path, key)
      return viewOf(Reflect.get(own, key), { path: expression(path, key), views })
    },
    set: (_own, key) => {
      throw new TemplateFault(
        `${path}.${String(key)} is assigned to`,
        'work with a copy: a template cannot change what it was given',
      )
    },
  })
}

function unknownName(own: object, path: string, key: string): TemplateFault {
  const names = Array.isArray(own) ? [] : Object.keys(own)
  const there = Array.isArray(own) ? 'it is a list' : `there is ${names.join(', ') || 'nothing'}`
  const near = nearest(key, names)
  return new TemplateFault(
    `${path}.${key} does not exist; ${there}`,
    near ? `did you mean ${path}.${near}?` : 'correct the name, or have the role give it to the template',
  )
}

function expression(path: string, key: string): string {
  return /^\d+$/.test(key) ? `${path}[${key}]` : `${path}.${key}`
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

const label = '<secret:'

/** A secret as a template sees it: it can be written with `<%= %>` and nothing else. */
export class HiddenValue {
  readonly #content: Secret | Text
  readonly #path: string

  constructor(content: Secret | Text, path: string) {
    this.#content = content
    this.#path = path
  }

  /** For the renderer only. */
  static contentOf(hidden: HiddenValue): Secret | Text {
    return hidden.#content
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

/** The secrets of one rendering: random marks while ejs joins strings, hidden parts of a Text afterwards. */
export class SecretMarks {
  readonly #mark = randomBytes(16).toString('hex')
  readonly #contents: (Secret | Text)[] = []

  /** The string for one `<%= %>`: nothing is escaped; a value without an obvious string form is refused. */
  escape(value: unknown): string {
    if (value instanceof HiddenValue) return `${this.#mark}${this.#contents.push(HiddenValue.contentOf(value)) - 1};`
    if (typeof value === 'string' && value.includes(label)) throw printed()
    if (typeof value === 'string' || typeof value === 'boolean') return String(value)
    if (typeof value === 'number' && Number.isFinite(value)) return String(value)
    throw new TemplateFault(
      `the value to be written is ${describe(value)}`,
      'write a string, a number, true or false; use .join() for a list',
    )
  }

  /** The rendered string as a Text with its secrets as hidden parts. */
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
