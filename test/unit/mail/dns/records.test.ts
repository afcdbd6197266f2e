import { expect, test } from 'vitest'
import { reverseName } from '../../../../src/mail/dns/addresses.ts'
import { recordsJson, recordsTable, zoneFile } from '../../../../src/mail/dns/print.ts'
import { fleetRecords } from '../../../../src/mail/dns/records.ts'
import { mailHostOf } from '../hosts.ts'

const key = (domain: string, use: 'dkim' | 'arc' = 'dkim', selector = use === 'dkim' ? 's1' : 'arc') => ({
  use,
  domain,
  selector,
  base64: `KEYOF${domain.replaceAll('.', '')}${selector}`,
})

const all = [key('blue.example'), key('red.example'), key('blue.example', 'arc')]

test('every record of section 4.1 for one host with two domains', async () => {
  const records = fleetRecords(
    [mailHostOf({ tls: { clientNames: [{ name: 'mail.red.example' }] } })],
    new Map([['sv1', all]]),
  )
  expect(records.missing).toEqual([])
  await expect(zoneFile(records)).toMatchFileSnapshot('./golden/two-domains.zone')
})

test('everything on: IPv6, an SRS domain, reports to others, ports that are not offered', async () => {
  const host = mailHostOf({
    ipv6: { enabled: true, address: '2001:db8::10' },
    srs: { mode: 'egress', domain: 'srs.blue.example' },
    submission: { ports: [465] },
    pop3: { enabled: false },
    managesieve: { public: true },
    dkim: { otherSelectors: ['s2'] },
    mail: {
      domains: [
        {
          name: 'blue.example',
          dmarc: {
            p: 'reject',
            sp: 'quarantine',
            pct: 50,
            rua: 'd@reports.test',
            ruf: 'f@blue.example',
            adkim: 's',
            aspf: 's',
          },
        },
        { name: 'old.example', active: false },
      ],
    },
  })
  const records = fleetRecords(
    [host],
    new Map([
      ['sv1', [...all, key('blue.example', 'dkim', 's2'), key('blue.example', 'dkim', 's0'), key('old.example')]],
    ]),
  )
  await expect(zoneFile(records)).toMatchFileSnapshot('./golden/everything.zone')
})

test('re-signed forwards are signed for the SRS domain, so its key is published too', () => {
  const vars = { srs: { mode: 'egress', domain: 'srs.blue.example' }, forwarding: { resign: 'srsDomain' } }
  const name = 's1._domainkey.srs.blue.example'
  const found = new Map([['sv1', [...all, key('srs.blue.example')]]])
  expect(fleetRecords([mailHostOf(vars)], found).records).toContainEqual(
    expect.objectContaining({ name, type: 'TXT', why: 'DKIM key of srs.blue.example' }),
  )
  expect(fleetRecords([mailHostOf(vars)], new Map([['sv1', all]])).missing.map((one) => one.name)).toEqual([name])
  expect(fleetRecords([mailHostOf({ forwarding: vars.forwarding })], new Map([['sv1', all]])).missing).toEqual([])
})

test('what is not known is said, with the reason', () => {
  const host = mailHostOf({}, { address: 'alias-of-ssh' })
  expect(fleetRecords([host], undefined).missing.map(({ name, because }) => `${name}: ${because}`)).toEqual([
    'sv1.blue.example: hosts.sv1.address is alias-of-ssh, not an IPv4 address',
    's1._domainkey.blue.example: keys are on sv1; ask it: without --offline',
    's1._domainkey.red.example: keys are on sv1; ask it: without --offline',
    'arc._domainkey.blue.example: keys are on sv1; ask it: without --offline',
  ])
})

const extras = {
  mtaSts: { mode: 'enforce', maxAge: 1_209_600, mx: ['sv2.blue.example'] },
  tlsRpt: true,
  autoconfig: true,
  caa: ['letsencrypt.org', 'other-ca.example'],
  caaIodef: 'security@blue.example',
  dane: true,
}
const webbed = {
  mail: { domains: [{ name: 'blue.example' }] },
  tls: { clientNames: ['mta-sts', 'autoconfig', 'mail'].map((word) => ({ name: `${word}.blue.example` })) },
  extras,
}
const shown = { use: 'smtp', domain: 'sv1.blue.example', selector: '_25._tcp', base64: 'AAAA' } as const

test('the extras: MTA-STS, TLS reports, CAA and TLSA; nobody reads mail on the names of web sites', async () => {
  const records = fleetRecords([mailHostOf(webbed)], new Map([['sv1', [...all, shown]]]))
  expect(records.missing).toEqual([])
  await expect(zoneFile(records)).toMatchFileSnapshot('./golden/extras.zone')
  // printf '\0\0\0' | sha256sum
  const tlsa = '3 1 1 709e80c88487a2411e1ee4dfb9f22a861492d20c4765150c0c794abd70f8147c'
  expect(JSON.parse(recordsJson(records)).records).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: '_25._tcp.sv1.blue.example', type: 'TLSA', value: tlsa, optional: false }),
      expect.objectContaining({ name: 'blue.example', type: 'CAA', value: '0 issue "other-ca.example"' }),
    ]),
  )
  expect(recordsTable(records)).toMatch(/blue\.example +CAA +0 iodef "mailto:security@blue\.example" +refused requests/)
  expect(recordsTable(records)).toMatch(/_25\._tcp\.sv1\.blue\.example +TLSA +3 1 1 709e80c8/)
})

test('simple extras: usual values, and a certificate that nobody has seen is missing', () => {
  const simple = { ...webbed, extras: { tlsRpt: 'tls@reports.test', caa: true, dane: true } }
  const { records, missing } = fleetRecords([mailHostOf(simple)], new Map([['sv1', all]]))
  expect(records.filter(({ type }) => type === 'CAA').map(({ value }) => value)).toEqual(['0 issue "letsencrypt.org"'])
  expect(records.map(({ value }) => value)).toContain('v=TLSRPTv1; rua=mailto:tls@reports.test')
  expect(missing.map(({ name, because }) => `${name}: ${because}`)).toContain(
    '_25._tcp.sv1.blue.example: sv1 has no certificate for port 25',
  )
})

test('the id of a policy follows from its text alone', () => {
  const idOf = (mtaSts: unknown) =>
    fleetRecords([mailHostOf({ ...webbed, extras: { mtaSts } })], new Map()).records.find(({ name }) =>
      name.startsWith('_mta-sts.'),
    )?.value
  expect(idOf(true)).toMatch(/^v=STSv1; id=[0-9a-z]{1,32}$/)
  expect(idOf({ mode: 'testing', maxAge: 604_800 })).toBe(idOf(true))
  expect(idOf({ mode: 'enforce' })).not.toBe(idOf(true))
  expect(idOf(false)).toBeUndefined()
})

test('two hosts with different keys of one selector cannot both be published', () => {
  const hosts = [
    mailHostOf({}),
    mailHostOf({ host: { fqdn: 'sv2.blue.example' } }, { name: 'sv2', address: '203.0.113.11' }),
  ]
  const other = all.map((one) => ({ ...one, base64: `${one.base64}2` }))
  const { missing, records } = fleetRecords(
    hosts,
    new Map([
      ['sv1', all],
      ['sv2', other],
    ]),
  )
  expect(missing[0]?.because).toBe('sv1 and sv2 hold different keys of one selector; give one of them another selector')
  expect(
    records.filter(({ type, name }) => type === 'MX' && name === 'blue.example').map(({ value }) => value),
  ).toEqual(['sv1.blue.example', 'sv2.blue.example'])
})

test('the table cuts long values', () => {
  const table = recordsTable(
    fleetRecords([mailHostOf({})], new Map([['sv1', [{ ...key('blue.example'), base64: 'A'.repeat(400) }]]])),
  )
  expect(table).toMatch(/s1\._domainkey\.blue\.example +TXT +v=DKIM1; k=rsa; p=A+… +DKIM key of blue\.example/)
  expect(table).toContain(
    'missing: s1._domainkey.red.example TXT: sv1 has no /etc/opendkim/keys/red.example/s1.private',
  )
})

test('reverse names', () => {
  expect(reverseName('203.0.113.10')).toBe('10.113.0.203.in-addr.arpa')
  expect(reverseName('2001:db8::1')).toBe('1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa')
})
