import type { z } from 'zod'
import { wording } from '../../src/kinds/support/wording.ts'

/** One option as the reference shows it. */
export interface Option {
  /** Dotted path from the section on; `[]` stands for every entry of a list. */
  readonly path: string
  readonly type: string
  /** As it would be typed; `undefined` when there is none. */
  readonly fallback: string | undefined
  readonly required: boolean
  readonly allowed: readonly string[]
  readonly description: string
}

type Schema = z.core.$ZodTypes

/** An option's schema without what only says whether it may be left out. */
interface Unwrapped {
  readonly schema: Schema
  readonly required: boolean
  readonly fallback: unknown
  readonly description: string
}

/** The options below a section's schema, parents before children. */
export function optionsOf(section: string, root: z.core.$ZodType): Option[] {
  return childrenOf(section, unwrap(root).schema)
}

/** What a section says about itself. */
export function sectionDescription(root: z.core.$ZodType): string {
  return unwrap(root).description
}

/** Rules about several options of a section at once, each with its place. */
export function sectionRules(section: string, root: z.core.$ZodType): string[] {
  const { checks = [] } = unwrap(root).schema._zod.def
  return checks.flatMap((check) => {
    const text = messageOf(check)
    if (text === undefined) return []
    const { path = [] } = check._zod.def as { path?: readonly PropertyKey[] }
    return [`\`${[section, ...path].join('.')}\`: ${text}`]
  })
}

function childrenOf(path: string, schema: Schema): Option[] {
  const { def } = schema._zod
  switch (def.type) {
    case 'object':
      return Object.entries(def.shape).flatMap(([name, child]) => rows(`${path}.${name}`, child))
    case 'array':
      return childrenOf(`${path}[]`, unwrap(def.element).schema)
    case 'union':
      return def.options
        .flatMap((one) => childrenOf(path, unwrap(one).schema))
        .map((child) => ({ ...child, required: false }))
    default:
      return []
  }
}

function rows(path: string, given: z.core.$ZodType): Option[] {
  const { schema, required, fallback, description } = unwrap(given)
  const own: Option = {
    path,
    type: typeOf(schema),
    fallback: fallback === undefined ? undefined : JSON.stringify(fallback),
    required,
    allowed: [...new Set(allowedOf(schema))],
    description,
  }
  return [own, ...childrenOf(path, schema)]
}

function unwrap(given: z.core.$ZodType, description = descriptionOf(given)): Unwrapped {
  const schema = given as Schema
  const { def } = schema._zod
  if (def.type !== 'optional' && def.type !== 'default' && def.type !== 'prefault')
    return { schema, required: true, fallback: undefined, description }
  const inner = unwrap(def.innerType)
  const fallback = def.type === 'optional' ? undefined : def.defaultValue
  return { ...inner, required: false, fallback, description: description || inner.description }
}

function descriptionOf(schema: z.core.$ZodType): string {
  return 'description' in schema && typeof schema.description === 'string' ? schema.description : ''
}

function typeOf(schema: Schema): string {
  const { def } = schema._zod
  switch (def.type) {
    case 'string':
      return 'text'
    case 'number':
      return 'whole number'
    case 'boolean':
      return 'boolean'
    case 'enum':
    case 'literal':
      return typeof valuesOf(schema)[0] === 'number' ? 'whole number' : 'text'
    case 'array':
      return `list of ${plural(typeOf(unwrap(def.element).schema))}`
    case 'object':
      return 'object'
    case 'union':
      return [...new Set(def.options.map((one) => typeOf(unwrap(one).schema)))].join(' or ')
    case 'custom':
      return 'named secret'
    default:
      throw new Error(`the option reference has no word for a schema of type ${def.type}`)
  }
}

function plural(type: string): string {
  return type === 'text' ? 'texts' : `${type}s`
}

function allowedOf(schema: Schema): string[] {
  const { def } = schema._zod
  const own = messageOf(schema)
  switch (def.type) {
    case 'boolean':
      return ['true', 'false'].map(code)
    case 'enum':
    case 'literal':
      return valuesOf(schema).map((value) => code(JSON.stringify(value)))
    case 'array':
      return [...allowedOf(unwrap(def.element).schema), ...checkTexts(schema)]
    case 'object':
      return checkTexts(schema)
    case 'union':
      return [...(own ? [own] : def.options.flatMap((one) => allowedOf(unwrap(one).schema))), ...checkTexts(schema)]
    case 'custom':
      return own ? [own] : []
    default:
      return [...formatText(schema), ...checkTexts(schema)]
  }
}

function valuesOf(schema: Schema): readonly unknown[] {
  const { def } = schema._zod
  if (def.type === 'enum') return Object.values(def.entries)
  return def.type === 'literal' ? def.values : []
}

/** `z.ipv6()` and its like carry their format in the schema itself. */
function formatText({ _zod: { def } }: Schema): string[] {
  const format = 'format' in def ? def.format : undefined
  if (typeof format !== 'string' || def.type !== 'string') return []
  const text = wording({ code: 'invalid_format', format, input: '', path: [], message: '' } as never)
  return typeof text === 'string' ? [text] : []
}

function checkTexts({ _zod: { def } }: Schema): string[] {
  return (def.checks ?? []).flatMap((check) => {
    const text = messageOf(check) ?? limitText(check._zod.def)
    return text === undefined ? [] : [text]
  })
}

function limitText(def: z.core.$ZodCheckDef): string | undefined {
  const { check, value, inclusive } = def as { check: string; value?: number; inclusive?: boolean }
  if (check === 'greater_than') return `${inclusive ? 'at least' : 'more than'} ${value}`
  if (check === 'less_than') return `${inclusive ? 'at most' : 'less than'} ${value}`
  return undefined
}

/** What a schema or check says when it refuses, in its own words. */
function messageOf({ _zod: { def } }: Schema | z.core.$ZodCheck<never>): string | undefined {
  const text = typeof def.error === 'function' ? def.error({ code: 'custom', input: undefined } as never) : undefined
  return typeof text === 'string' ? text : undefined
}

function code(text: string): string {
  return `\`${text}\``
}
