import { expect, test } from 'vitest'
import { z } from 'zod'
import { wording } from '../../../src/kinds/support/wording.ts'

function allowed(schema: z.ZodType, input: unknown): string {
  const parsed = schema.safeParse(input, { error: wording })
  return parsed.success ? 'no mistake' : parsed.error.issues.map(({ message }) => message).join('; ')
}

test.each<[string, z.ZodType, unknown]>([
  ['a string', z.string(), 5],
  ['a number', z.number(), '5'],
  ['a whole number', z.int(), 1.5],
  ['true or false', z.boolean(), 'yes'],
  ['a list', z.array(z.string()), 'x'],
  ['an object', z.strictObject({}), 'x'],
  ['at most 65535', z.int().max(65535), 70000],
  ['at least 1', z.int().min(1), 0],
  ['more than 0', z.int().positive(), 0],
  ['less than 10', z.number().lt(10), 10],
  ['at least 3 characters', z.string().min(3), 'x'],
  ['at least 1 entries', z.array(z.string()).min(1), []],
  ['"el9" or "el10"', z.enum(['el9', 'el10']), 'el8'],
  ['587 or 465', z.literal([587, 465]), 25],
  ['port, address', z.strictObject({ port: z.int().optional(), address: z.string().optional() }), { other: 1 }],
  [
    'port, address; did you mean port?',
    z.strictObject({ port: z.int().optional(), address: z.string().optional() }),
    { prot: 1 },
  ],
  ['an IPv4 address', z.ipv4(), 'x'],
  ['an IPv4 address or an IPv6 address', z.union([z.ipv4(), z.ipv6()]), 'x'],
  ['an e-mail address', z.email(), 'x'],
  ['a string that matches /^a$/', z.string().regex(/^a$/), 'x'],
  ['a multiple of 4', z.number().multipleOf(4), 3],
])('%s', (words, schema, input) => {
  expect(allowed(schema, input)).toBe(words)
})

test('what a schema says itself stays', () => {
  expect(allowed(z.string().regex(/^\d{4}$/, 'four octal digits such as 0644'), 'x')).toBe(
    'four octal digits such as 0644',
  )
  expect(allowed(z.string({ error: 'a domain name' }), 5)).toBe('a domain name')
})
