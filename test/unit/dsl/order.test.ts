import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isPlain, mergeVars } from '../../../src/dsl/merge.ts'
import { orderRoles, rolesBefore } from '../../../src/dsl/order.ts'
import { defineRole, type Role } from '../../../src/dsl/role.ts'
import { secret } from '../../../src/dsl/secret-reference.ts'
import { type AnySlot, slot } from '../../../src/dsl/slot.ts'

/** Roles r0 … rN; each pair says that its first role must come before its second, by one of both sorts of slot. */
function roles(count: number, pairs: readonly (readonly [number, number, boolean])[]) {
  const collects = Array.from({ length: count }, (): AnySlot[] => [])
  const provides = Array.from({ length: count }, () => new Set<AnySlot>())
  pairs.forEach(([before, after, providersFirst], index) => {
    const link = slot<string>(`s${index}`, { first: providersFirst ? 'providers' : 'collectors' })
    provides[providersFirst ? before : after]?.add(link)
    collects[providersFirst ? after : before]?.push(link)
  })
  return collects.map((slots, index) => ({
    role: defineRole({ name: `r${index}`, description: '', vars: {}, collects: slots, resources: () => [] }) as Role,
    provides: provides[index] ?? new Set<AnySlot>(),
  }))
}

const size = 8
const pair = fc.tuple(fc.nat(size - 1), fc.nat(size - 1), fc.boolean())

test('every wish is met when wishes have no circle, and each role comes once', () => {
  fc.assert(
    fc.property(fc.array(pair), fc.shuffledSubarray([...Array(size).keys()], { minLength: size }), (wishes, given) => {
      const pairs = wishes.filter(([before, after]) => before < after)
      const links = roles(size, pairs)
      const result = orderRoles(given.flatMap((index) => links[index] ?? []))
      const names = 'order' in result ? result.order.map(({ name }) => name) : []
      expect(names.toSorted()).toEqual(links.map(({ role }) => role.name))
      for (const [before, after] of pairs) expect(names.indexOf(`r${before}`)).toBeLessThan(names.indexOf(`r${after}`))
    }),
  )
})

test('a circle is told as a walk that ends where it begins, and only when there is one', () => {
  fc.assert(
    fc.property(fc.array(pair), (wishes) => {
      const pairs = wishes.filter(([before, after]) => before !== after)
      const result = orderRoles(roles(size, pairs))
      if ('order' in result) return
      const { circle } = result
      expect(circle[0]).toBe(circle.at(-1))
      expect(circle.length).toBeGreaterThan(2)
      const wished = new Set(pairs.map(([before, after]) => `r${after} r${before}`))
      for (let at = 1; at < circle.length; at++) expect(wished).toContain(`${circle[at - 1]} ${circle[at]}`)
    }),
  )
})

test('roles that nothing orders stay as they were', () => {
  const links = roles(4, [])
  const result = orderRoles(links)
  expect('order' in result && result.order.map(({ name }) => name)).toEqual(['r0', 'r1', 'r2', 'r3'])
})

test('merging: objects by key, all else replaced; undefined leaves what was there', () => {
  const under = { a: { x: 1, y: [1, 2] }, b: secret('one'), c: 'text', d: null }
  expect(mergeVars(under, { a: { y: [3] }, c: { deep: true }, d: undefined })).toEqual({
    a: { x: 1, y: [3] },
    b: secret('one'),
    c: { deep: true },
    d: null,
  })
  expect(mergeVars(under, { b: secret('two') })).toMatchObject({ b: { secret: 'two' } })
  expect(mergeVars(under, { a: null })).toMatchObject({ a: null })
  expect([
    isPlain({}),
    isPlain(Object.create(null)),
    isPlain([]),
    isPlain(secret('x')),
    isPlain(new Map()),
    isPlain(null),
  ]).toEqual([true, true, false, false, false, false])
})

test('merging cannot reach the prototype of everything', () => {
  const over: unknown = JSON.parse(
    '{ "__proto__": { "polluted": true }, "constructor": { "prototype": { "polluted": true } } }',
  )
  mergeVars({ constructor: {} }, over)
  expect(Reflect.get({}, 'polluted')).toBeUndefined()
})

test('a role depends on those that its slots put directly before it, and on no others', () => {
  fc.assert(
    fc.property(fc.array(pair), (wishes) => {
      const pairs = wishes.filter(([before, after]) => before < after)
      const links = roles(size, pairs)
      for (const [index, link] of links.entries()) {
        const expected = new Set(pairs.flatMap(([before, after]) => (after === index ? [`r${before}`] : [])))
        expect(new Set(rolesBefore(link, links).map(({ name }) => name))).toEqual(expected)
      }
    }),
  )
})
