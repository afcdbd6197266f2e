import { describe, expect, test } from 'vitest'
import { internalHostsProblems, keyTableProblems, signingTableProblems } from '../../../../src/mail/lints/key-table.ts'
import { sniProblems } from '../../../../src/mail/lints/sni.ts'

describe('M1: the SNI table', () => {
  const article = [
    'blue.example /etc/letsencrypt/live/blue.example/fullchain.pem /etc/letsencrypt/live/blue.example/privkey.pem',
    'blredue.example /etc/letsencrypt/live/red.example/fullchain.pem /etc/letsencrypt/live/red.example/privkey.pem',
  ].join('\n')

  test('certificate before key, and the name that was mistyped', () => {
    expect(sniProblems(article, { names: ['blue.example', 'red.example'] })).toEqual([
      {
        place: 'tls_server_sni_maps:1 blue.example',
        found: '/etc/letsencrypt/live/blue.example/fullchain.pem first',
        allowed: 'the private key first, then its chain',
      },
      {
        place: 'tls_server_sni_maps:2 blredue.example',
        found: 'unknown name blredue.example',
        allowed: 'blue.example, red.example',
      },
      {
        place: 'tls_server_sni_maps:2 blredue.example',
        found: '/etc/letsencrypt/live/red.example/fullchain.pem first',
        allowed: 'the private key first, then its chain',
      },
      {
        place: 'tls_server_sni_maps',
        found: 'no entry for red.example',
        allowed: 'an entry for every name that clients use',
      },
    ])
  })

  test('where only names are known, one that says nothing is not blamed', () => {
    const text = [
      'a.example /etc/pki/mail/a.pem',
      'b.example /etc/pki/tls/certs/b.crt /etc/pki/tls/private/b.key',
      'c.example /etc/pki/mail/c-key.pem /etc/pki/mail/c.pem',
      'd.example /etc/pki/mail/d.pem /etc/pki/mail/d-key.pem',
      'e.example',
    ].join('\n')
    expect(sniProblems(text).map(({ place }) => place)).toEqual([
      'tls_server_sni_maps:2 b.example',
      'tls_server_sni_maps:4 d.example',
      'tls_server_sni_maps:5 e.example',
    ])
  })

  test('the text decides where it is known: a combined file begins with its key', () => {
    const certificateFirst = '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\n'
    expect(sniProblems('a.example /x/key.pem', { pem: () => certificateFirst })).toHaveLength(1)
    expect(sniProblems('a.example /x/one.pem', { pem: () => '-----BEGIN PRIVATE KEY-----\n' })).toEqual([])
  })
})

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
