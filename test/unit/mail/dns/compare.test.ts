import { describe, expect, test } from 'vitest'
import { type Answer, recordProblems } from '../../../../src/mail/dns/compare.ts'
import type { DnsRecord } from '../../../../src/mail/dns/record.ts'
import { txtChunks } from '../../../../src/mail/dns/txt.ts'

const said = (answer: Partial<Answer>): Answer => ({
  server: 'ns1',
  status: 'NOERROR',
  values: [],
  texts: [],
  ...answer,
})
const value = `v=DKIM1; k=rsa; p=${'ABCDEFGH'.repeat(49)}`
const dkim: DnsRecord = { name: 's1._domainkey.blue.example', type: 'TXT', value, why: '' }
const spf: DnsRecord = { name: 'blue.example', type: 'TXT', value: 'v=spf1 mx -all', why: '' }
const mx: DnsRecord = { name: 'blue.example', type: 'MX', value: 'sv1.blue.example', priority: 10, why: '' }
const place = 's1._domainkey.blue.example TXT at ns1'

describe('a DKIM record', () => {
  test('as wanted, however it is cut', () => {
    expect(recordProblems(dkim, said({ texts: [txtChunks(value)] }))).toEqual([])
    expect(recordProblems(dkim, said({ texts: [value.match(/.{1,90}/g) ?? []] }))).toEqual([])
    expect(recordProblems(dkim, said({ texts: [[value.replace(' k=rsa;', '')]] }))).toEqual([])
  })

  test('a chunk is missing', () => {
    expect(recordProblems(dkim, said({ texts: [txtChunks(value).slice(0, 1)] }))).toEqual([
      {
        place,
        found: 'chunk 2 of 2 missing: 255 of 410 octets',
        allowed: '2 chunks; the missing one begins FGHABCDEFGHABCDEFGHABCDEFGHABCDE…',
      },
    ])
  })

  test('blanks inside the key (S77)', () => {
    const [first = '', second = ''] = txtChunks(value)
    expect(recordProblems(dkim, said({ texts: [[`${first} `, second]] }))[0]?.found).toBe(
      'blanks that do not belong there, at octet 255',
    )
  })

  test('another key', () => {
    const other = value.replace('p=ABCD', 'p=ABXX')
    expect(recordProblems(dkim, said({ texts: [txtChunks(other)] }))[0]).toMatchObject({
      found: 'chunk 1 of 2 differs at octet 20: XXEFGHABCDEFGHABCDEFGHABCDEFGHAB…',
    })
  })

  test('test mode is a difference', () => {
    expect(recordProblems(dkim, said({ texts: [[`${value}; t=y`]] }))).toHaveLength(1)
  })
})

test('two SPF records are none at all', () => {
  expect(recordProblems(spf, said({ texts: [['v=spf1 mx -all'], ['v=spf1 a -all'], ['other']] }))).toEqual([
    { place: 'blue.example TXT at ns1', found: '2 records that start with v=spf1', allowed: 'exactly one' },
  ])
  expect(recordProblems(spf, said({ texts: [['site-verification=1']] }))[0]?.found).toBe('only site-verification=1')
})

test('MX: missing, another, one too many', () => {
  expect(recordProblems(mx, said({ values: ['10 sv1.blue.example'] }))).toEqual([])
  expect(recordProblems(mx, said({ status: 'NXDOMAIN' }))[0]?.found).toBe('no such name')
  expect(recordProblems(mx, said({ values: ['10 old.example'] }))[0]).toMatchObject({
    found: '10 old.example',
    allowed: '10 sv1.blue.example',
  })
  const second = { ...mx, value: 'sv2.blue.example' }
  const both = ['10 sv1.blue.example', '10 sv2.blue.example']
  expect(recordProblems(mx, said({ values: both }))[0]?.found).toBe('also 10 sv2.blue.example')
  expect(recordProblems(mx, said({ values: both }), [second])).toEqual([])
})

test('MTA-STS: blanks and a last semicolon mean nothing, another id does', () => {
  const sts: DnsRecord = { name: '_mta-sts.blue.example', type: 'TXT', value: 'v=STSv1; id=0a1b', why: '' }
  expect(recordProblems(sts, said({ texts: [['v=STSv1;id=0a1b;']] }))).toEqual([])
  expect(recordProblems(sts, said({ texts: [['v=STSv1; id=0a1c;']] }))[0]).toMatchObject({
    found: 'chunk 1 of 1 differs at octet 15: c;',
    allowed: 'b',
  })
})

test('CAA: an issuer too many could issue, so it is named', () => {
  const caa: DnsRecord = { name: 'blue.example', type: 'CAA', value: '0 issue "letsencrypt.org"', why: '' }
  const other = '0 issue "other-ca.example"'
  expect(recordProblems(caa, said({ values: [caa.value] }))).toEqual([])
  expect(recordProblems(caa, said({ values: [caa.value, other] }))).toEqual([
    { place: 'blue.example CAA at ns1', found: `also ${other}`, allowed: `only ${caa.value}` },
  ])
  expect(recordProblems(caa, said({ values: [other] }))[0]).toMatchObject({ found: other, allowed: caa.value })
})

test('TLSA: the key of tomorrow may stand beside that of today, not in its place', () => {
  const tlsa: DnsRecord = { name: '_25._tcp.sv1.blue.example', type: 'TLSA', value: '3 1 1 0a1b', why: '' }
  expect(recordProblems(tlsa, said({ values: ['3 1 1 ffff', '3 1 1 0a1b'] }))).toEqual([])
  expect(recordProblems(tlsa, said({ values: ['3 1 1 ffff'] }))).toEqual([
    { place: '_25._tcp.sv1.blue.example TLSA at ns1', found: '3 1 1 ffff', allowed: '3 1 1 0a1b' },
  ])
})

test('a server that does not answer is named', () => {
  expect(recordProblems(mx, said({ server: 'ns2', status: 'SERVFAIL' }))).toEqual([
    { place: 'blue.example MX at ns2', found: 'SERVFAIL', allowed: 'sv1.blue.example' },
  ])
})
