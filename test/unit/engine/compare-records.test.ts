import { describe, expect, test } from 'vitest'
import { checkRecords, compareRecord } from '../../../src/engine/compare-records.ts'
import { txtStrings } from '../../../src/kernel/dns-text.ts'
import type { Answer, DnsRecord } from '../../../src/model/dns.ts'
import { comparisonText } from '../../../src/report/dns.ts'

const said = (answer: Partial<Answer>): Answer => ({
  server: 'ns1',
  status: 'NOERROR',
  values: [],
  texts: [],
  ...answer,
})
const value = `v=DKIM1; k=rsa; p=${'ABCDEFGH'.repeat(49)}`
const key = { begins: 'v=DKIM1', tags: { implied: { k: 'rsa' } }, alone: true, withdrawnBy: 'p' }
const dkim: DnsRecord = { name: 's1._domainkey.blue.example', type: 'TXT', value, why: '', text: key }
const spf: DnsRecord = {
  name: 'blue.example',
  type: 'TXT',
  value: 'v=spf1 mx -all',
  why: '',
  text: { begins: 'v=spf1' },
}
const mx: DnsRecord = { name: 'blue.example', type: 'MX', value: 'sv1.blue.example', priority: 10, why: '' }
const place = 's1._domainkey.blue.example TXT at ns1'

describe('a DKIM record', () => {
  test('as wanted, however it is cut', () => {
    expect(compareRecord(dkim, said({ texts: [txtStrings(value)] }))).toEqual([])
    expect(compareRecord(dkim, said({ texts: [value.match(/.{1,90}/g) ?? []] }))).toEqual([])
    expect(compareRecord(dkim, said({ texts: [[value.replace(' k=rsa;', '')]] }))).toEqual([])
  })

  test('a chunk is missing', () => {
    expect(compareRecord(dkim, said({ texts: [txtStrings(value).slice(0, 1)] }))).toEqual([
      {
        place,
        found: 'chunk 2 of 2 missing: 255 of 410 octets',
        allowed: '2 chunks; the missing one begins FGHABCDEFGHABCDEFGHABCDEFGHABCDE…',
      },
    ])
  })

  test('blanks inside the key', () => {
    const [first = '', second = ''] = txtStrings(value)
    expect(compareRecord(dkim, said({ texts: [[`${first} `, second]] }))[0]?.found).toBe(
      'blanks that do not belong there, at octet 255',
    )
  })

  test('another key', () => {
    const other = value.replace('p=ABCD', 'p=ABXX')
    expect(compareRecord(dkim, said({ texts: [txtStrings(other)] }))[0]).toMatchObject({
      found: 'chunk 1 of 2 differs at octet 20: XXEFGHABCDEFGHABCDEFGHABCDEFGHAB…',
    })
  })

  test('test mode is a difference', () => {
    expect(compareRecord(dkim, said({ texts: [[`${value}; t=y`]] }))).toHaveLength(1)
  })
})

test('two SPF records are none at all', () => {
  expect(compareRecord(spf, said({ texts: [['v=spf1 mx -all'], ['v=spf1 a -all'], ['other']] }))).toEqual([
    { place: 'blue.example TXT at ns1', found: '2 records that start with v=spf1', allowed: 'exactly one' },
  ])
  expect(compareRecord(spf, said({ texts: [['site-verification=1']] }))[0]?.found).toBe('only site-verification=1')
})

test('MX: missing, another, one too many', () => {
  expect(compareRecord(mx, said({ values: ['10 sv1.blue.example'] }))).toEqual([])
  expect(compareRecord(mx, said({ status: 'NXDOMAIN' }))[0]?.found).toBe('no such name')
  expect(compareRecord(mx, said({ values: ['10 old.example'] }))[0]).toMatchObject({
    found: '10 old.example',
    allowed: '10 sv1.blue.example',
  })
  const second = { ...mx, value: 'sv2.blue.example' }
  const both = ['10 sv1.blue.example', '10 sv2.blue.example']
  expect(compareRecord(mx, said({ values: both }))[0]?.found).toBe('also 10 sv2.blue.example')
  expect(compareRecord(mx, said({ values: both }), [second])).toEqual([])
})

test('MTA-STS: blanks and a last semicolon mean nothing, another id does', () => {
  const sts: DnsRecord = {
    name: '_mta-sts.blue.example',
    type: 'TXT',
    value: 'v=STSv1; id=0a1b',
    why: '',
    text: { begins: 'v=STSv1', tags: {} },
  }
  expect(compareRecord(sts, said({ texts: [['v=STSv1;id=0a1b;']] }))).toEqual([])
  expect(compareRecord(sts, said({ texts: [['v=STSv1; id=0a1c;']] }))[0]).toMatchObject({
    found: 'chunk 1 of 1 differs at octet 15: c;',
    allowed: 'b',
  })
})

test('CAA: an issuer too many could issue, so it is named', () => {
  const caa: DnsRecord = { name: 'blue.example', type: 'CAA', value: '0 issue "letsencrypt.org"', why: '' }
  const other = '0 issue "other-ca.example"'
  expect(compareRecord(caa, said({ values: [caa.value] }))).toEqual([])
  expect(compareRecord(caa, said({ values: [caa.value, other] }))).toEqual([
    { place: 'blue.example CAA at ns1', found: `also ${other}`, allowed: `only ${caa.value}` },
  ])
  expect(compareRecord(caa, said({ values: [other] }))[0]).toMatchObject({ found: other, allowed: caa.value })
})

test('TLSA: the key of tomorrow may stand beside that of today, not in its place', () => {
  const tlsa: DnsRecord = {
    name: '_25._tcp.sv1.blue.example',
    type: 'TLSA',
    value: '3 1 1 0a1b',
    why: '',
    others: 'allowed',
  }
  expect(compareRecord(tlsa, said({ values: ['3 1 1 ffff', '3 1 1 0a1b'] }))).toEqual([])
  expect(compareRecord(tlsa, said({ values: ['3 1 1 ffff'] }))).toEqual([
    { place: '_25._tcp.sv1.blue.example TLSA at ns1', found: '3 1 1 ffff', allowed: '3 1 1 0a1b' },
  ])
})

test('a server that does not answer is named', () => {
  expect(compareRecord(mx, said({ server: 'ns2', status: 'SERVFAIL' }))).toEqual([
    { place: 'blue.example MX at ns2', found: 'SERVFAIL', allowed: 'sv1.blue.example' },
  ])
})

test('an optional record may be absent or withdrawn at a server, but not wrong', async () => {
  const optional: DnsRecord = { ...dkim, optional: true }
  const at = async (record: DnsRecord, answer: Partial<Answer>) => {
    const [result] = await checkRecords([record], async () => [said(answer)])
    return result?.problems.length
  }
  expect(await at(optional, { status: 'NXDOMAIN' })).toBe(0)
  expect(await at(optional, { texts: [['v=DKIM1; k=rsa; p=']] })).toBe(0)
  expect(await at(optional, { texts: [['v=DKIM1; k=rsa; p=ABC']] })).toBe(1)
  expect(await at(dkim, { status: 'NXDOMAIN' })).toBe(1)
  expect(await at(dkim, { texts: [['v=DKIM1; k=rsa; p=']] })).toBe(1)
})

test('a text that merely begins alike is of another sort', () => {
  expect(compareRecord(spf, said({ texts: [['v=spf10 mx'], ['V=SPF1 mx -all']] }))[0]?.found).toMatch(/^chunk 1 of 1/)
  expect(compareRecord(spf, said({ texts: [['v=spf10 mx'], ['v=spf1 mx -all']] }))).toEqual([])
})

test('what keeps records from being compared is one sentence for all of them, and is told once', async () => {
  const unanswered = 'no authoritative server found for blue.example'
  const results = await checkRecords([spf, mx], async () => [said({ server: '', status: unanswered, unanswered })])
  expect(results.flatMap(({ problems }) => problems.map(({ place, says }) => `${place}: ${says}`))).toEqual(
    ['TXT', 'MX'].map((type) => `blue.example ${type}: ${unanswered}`),
  )
  expect(comparisonText(results, [])).toBe(`✗ ${unanswered}
    not checked: blue.example TXT, blue.example MX
2 records, 2 not as wanted
`)
})
