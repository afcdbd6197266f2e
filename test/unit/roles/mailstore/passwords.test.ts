import { expect, test } from 'vitest'
import { Secret } from '#orchestrate'
import { storedPassword } from '../../../../roles/mailstore/passwords.ts'

const salts = new Secret('mail/salts', 'salt')
const stored = (text: string, mailbox = 'a@blue.example', scheme: 'BLF-CRYPT' | 'SHA512-CRYPT' = 'BLF-CRYPT') =>
  storedPassword(mailbox, new Secret('p', text), salts, { scheme, cost: 4 })

test('hashes the same way each time, differently for another mailbox, and is never shown', () => {
  expect(stored('secret').reveal()).toMatch(/^\{BLF-CRYPT\}\$2y\$04\$[./A-Za-z0-9]{53}$/)
  expect(stored('secret').reveal()).toBe(stored('secret').reveal())
  expect(stored('secret', 'b@blue.example').reveal()).not.toBe(stored('secret').reveal())
  expect(String(stored('secret'))).toBe('<secret:p, hashed>')
})

test('knows SHA512-CRYPT and leaves a ready hash alone', () => {
  expect(stored('secret', 'a@blue.example', 'SHA512-CRYPT').reveal()).toMatch(
    /^\{SHA512-CRYPT\}\$6\$[./A-Za-z0-9]{16}\$[./A-Za-z0-9]{86}$/,
  )
  for (const hash of [
    '{CRAM-MD5}9186d855e11eba527a7a52ca82b313e180d62234f0acc9051b527243d41e2740',
    '{SSHA256.HEX}00ff',
  ])
    expect(stored(hash).reveal()).toBe(hash)
})

test('a ready hash that EL9’s Dovecot cannot check would lock its owner out: refused, and not shown', () => {
  expect(() => stored('{ARGON2ID}$argon2id$v=19$x')).toThrow('secret p is a hash of a scheme that')
  for (const gone of ['{NTLM}x', '{RPA}x']) expect(() => stored(gone)).toThrow('secret p is a hash of a scheme that')
  expect(() => stored('{NO-SUCH}x')).toThrow(/^(?!.*NO-SUCH}x)/)
})
