import { nearest } from '../../kernel/near.ts'
import { Secret } from '../../kernel/secret.ts'
import { Text } from '../../kernel/text.ts'
import { Veiled } from './holes.ts'
import { TemplateFault } from './syntax.ts'

/** What a role gives to a template. */
export type Locals = Readonly<Record<string, unknown>>

// Engines and JSON.stringify ask every object for these; their absence is no spelling mistake.
const asked = new Set<string | symbol>(['toJSON', 'then'])

/** The locals as a template sees them: a name that is not there is an error, and nothing can be changed. */
export function guarded(locals: Locals, helpers: Locals): object {
  const views = new WeakMap<object, unknown>()
  return guard(locals, { path: 'it', views, helpers })
}

interface View {
  /** How the template spells it. */
  readonly path: string
  /** One view per object, so that the same object is still equal to itself. */
  readonly views: WeakMap<object, unknown>
  /** Names that only the top level answers to and that are not offered to people. */
  readonly helpers?: Locals
}

function see(value: unknown, view: View): unknown {
  if (value instanceof Secret || value instanceof Text) return new Veiled(value, view.path)
  if (!Array.isArray(value) && !isPlain(value)) return value
  const known = view.views.get(value)
  if (known !== undefined) return known
  const made = guard(value, view)
  view.views.set(value, made)
  return made
}

function guard(value: object, { path, views, helpers = {} }: View): object {
  // A copy, because a proxy may not answer for a frozen object's property with anything but the very same value.
  const target: object = Array.isArray(value) ? [...value] : { ...value }
  return new Proxy(target, {
    get: (own, key) => {
      if (typeof key === 'symbol') return Reflect.get(own, key)
      if (Object.hasOwn(helpers, key)) return helpers[key]
      if (!(key in own) && !asked.has(key) && !(Array.isArray(own) && /^\d+$/.test(key)))
        throw unknownName(own, path, key)
      return see(Reflect.get(own, key), { path: spell(path, key), views })
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

function spell(path: string, key: string): string {
  return /^\d+$/.test(key) ? `${path}[${key}]` : `${path}.${key}`
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
