import fc from 'fast-check'
import { expect, test } from 'vitest'
import { boundedNetwork, network } from '../../../../roles/vars/fields.ts'

function said(text: string, schema = network): string {
  const { success, error } = schema.safeParse(text)
  return success ? 'accepted' : (error.issues[0]?.message ?? '')
}

test.for([
  ['203.0.113.5/24', '203.0.113.0/24'],
  ['10.1.2.3/9', '10.0.0.0/9'],
  ['192.0.2.131/25', '192.0.2.128/25'],
  ['192.0.2.255/31', '192.0.2.254/31'],
  ['2001:db8::1/64', '2001:db8::/64'],
  ['2001:db8:1234:ffff::/50', '2001:db8:1234:c000::/50'],
  ['::1/0', '::/0'],
  ['2001:db8::ffff/127', '2001:db8::fffe/127'],
] as const)('%s has bits after its prefix: %s is meant', ([text, meant]) => {
  expect(said(text)).toMatch(new RegExp(`^${meant}, or \\S+ for one address$`))
  expect(said(meant)).toBe('accepted')
})

test.for(['203.0.113.5/32', '10.0.0.0/8', '0.0.0.0/0', '2001:db8::1/128'])('%s is a network', (text) =>
  expect(said(text)).toBe('accepted'),
)

test.for([
  ['2001:DB8::/32', '2001:db8::/32'],
  ['2001:db8:0:0:0:0:0:0/33', '2001:db8::/33'],
] as const)('%s is spelled in another way than mail filters compare: %s', ([text, usual]) => {
  expect(said(text)).toBe(usual)
})

test('networks that are trusted or refused are held to it too', () => {
  expect(said('203.0.113.5/24', boundedNetwork)).toContain('203.0.113.0/24, or')
})

test('whatever network is offered in place of one is accepted', () => {
  const any = fc.oneof(
    fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })),
    fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 })),
  )
  fc.assert(
    fc.property(any, ([address, prefix]) => {
      const message = said(`${address}/${prefix}`)
      const meant = /^([0-9a-f:.]+\/\d+)/.exec(message)?.[1]
      return message === 'accepted' || message.startsWith('a network such as') || said(meant ?? '') === 'accepted'
    }),
  )
})
