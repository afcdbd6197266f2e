import { z } from 'zod'
import { wording } from '../kinds/support/wording.ts'

/** What belongs at a place in a schema where nothing stands: `a list such as [{ name: 'blue.example' }]`. */
export function expectedAt(schema: z.ZodType, path: readonly PropertyKey[], otherwise: string): string {
  const wanted = path.reduce<z.core.$ZodType | undefined>(inner, schema)
  if (!wanted) return otherwise
  const bare = unwrapped(wanted)
  // A string's own rule says more than that it is one, and often has an example.
  if (bare instanceof z.ZodString) return bare.safeParse('', { error: wording }).error?.issues[0]?.message ?? otherwise
  const example = exampleOf(bare)
  return example === undefined ? otherwise : `${otherwise} such as ${example}`
}

function inner(schema: z.core.$ZodType | undefined, key: PropertyKey): z.core.$ZodType | undefined {
  const bare = schema && unwrapped(schema)
  if (bare instanceof z.ZodObject)
    return Object.entries<z.core.$ZodType>(bare.shape).find(([name]) => name === key)?.[1]
  if (bare instanceof z.ZodArray) return bare.element
  return bare instanceof z.ZodRecord ? bare.valueType : undefined
}

/** The schema without what only says that it may be left out. */
function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodReadonly
  )
    return unwrapped(schema.unwrap())
  return schema
}

/** The smallest value as it is written in an inventory, made from the examples of the schemas (`.meta({ examples })`). */
function exampleOf(schema: z.core.$ZodType): string | undefined {
  const examples = z.globalRegistry.get(schema)?.['examples']
  if (Array.isArray(examples)) return literal(examples[0])
  const bare = unwrapped(schema)
  if (bare instanceof z.ZodArray) {
    const one = exampleOf(bare.element)
    return one && `[${one}]`
  }
  if (bare instanceof z.ZodObject) return objectExample(bare)
  if (bare instanceof z.ZodEnum) return literal(bare.options[0])
  return bare instanceof z.ZodBoolean ? 'true' : undefined
}

function objectExample({ shape }: z.ZodObject): string | undefined {
  const required = Object.entries<z.core.$ZodType>(shape).filter(
    ([, schema]) => !z.safeParse(schema, undefined).success,
  )
  const parts = required.map(([name, schema]) => ({ name, example: exampleOf(schema) }))
  if (parts.length === 0 || parts.some(({ example }) => example === undefined)) return undefined
  return `{ ${parts.map(({ name, example }) => `${name}: ${example}`).join(', ')} }`
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value)
}
