import { expect, test } from 'vitest'
import { z } from 'zod'
import { expectedAt } from '../../../src/dsl/expected.ts'

const name = z
  .string()
  .regex(/^[a-z.]+$/, 'a domain name')
  .meta({ examples: ['blue.example'] })
const schema = z
  .strictObject({
    name: name.describe('described later'),
    domains: z.array(z.strictObject({ name, active: z.boolean().default(true), size: z.int().optional() })),
    mode: z.enum(['merge', 'ui']),
    count: z.int(),
    free: z.string(),
    inside: z.record(z.string(), z.strictObject({ on: z.boolean() })).prefault({}),
  })
  .prefault({} as never)

test.each<[readonly (string | number)[], string]>([
  [['name'], 'a domain name'],
  [['domains'], "a list such as [{ name: 'blue.example' }]"],
  [['domains', 0, 'name'], 'a domain name'],
  [['mode'], "a list such as 'merge'"],
  [['count'], 'a list'],
  [['free'], 'a list'],
  [['inside', 'x'], 'a list such as { on: true }'],
  [['nowhere', 'at', 'all'], 'a list'],
])('%s: %s', (path, words) => {
  expect(expectedAt(schema, path, 'a list')).toBe(words)
})
