import { describe, expect, test } from 'vitest'
import { internalHostsProblems, keyTableProblems, signingTableProblems } from '../../../../roles/opendkim/lints.ts'

describe('M3: the KeyTable', () => {
  const rows = [
    'default._domainkey.blue.example blue.example:default:/etc/opendkim/keys/blue.example/default.private',
    'default._domainkey.red.example blue.example:default:/etc/opendkim/keys/red.example/default.private',
  ].join('\n')

  test('red signs as blue with red’s key', () => {
    expect(keyTableProblems(rows)).toEqual([
      { place: 'KeyTable:2', found: 'd=blue.example', allowed: "d=red.example, as in the key's name" },
    ])
  })

  test('another selector, another folder, no key name', () => {
    const text =
      's1._domainkey.a.example a.example:s2:/keys/b.example/s1.private\nkey1 a.example:s1:/keys/a.example/s1.private'
    expect(keyTableProblems(text).map(({ found }) => found)).toEqual([
      's=s2',
      'key file /keys/b.example/s1.private',
      'key name key1',
    ])
  })
})

test('M2: signing for everybody, and trusting everybody', () => {
  expect(signingTableProblems('* default._domainkey.blue.example')[0]?.found).toBe('*: signs for everybody')
  expect(internalHostsProblems('127.0.0.1\n::1\n0.0.0.0/0').map(({ place }) => place)).toEqual(['TrustedHosts:3'])
})

test('a row of the SigningTable needs its row in the KeyTable and an own domain', () => {
  const keyTable = 's1._domainkey.a.example a.example:s1:/k/a.example/s1.private'
  const text = '*@a.example s2._domainkey.a.example\n*@bank.example s1._domainkey.a.example'
  expect(signingTableProblems(text, { keyTable, domains: ['a.example'] }).map(({ found }) => found)).toEqual([
    'key s2._domainkey.a.example',
    'signs for bank.example',
  ])
})
