import { expect, test } from 'vitest'
import { reverseName } from '../../../../roles/base/records.ts'
import { fleetRecords } from '../../../../src/engine/fleet-records.ts'
import type { DnsRecords, HostRecords } from '../../../../src/model/dns.ts'
import { recordsJson, recordsTable, zoneFile } from '../../../../src/report/dns.ts'
import { type MailHostParts, mailHosts } from '../mail-host.ts'

const dkim = (domain: string, selector = 's1', more = '') =>
  `/etc/opendkim/keys/${domain}/${selector}.private KEYOF${domain.replaceAll('.', '')}${selector}${more}\n`
const arc = '/etc/openarc/keys/blue.example/arc.private KEYOFblueexamplearc\n'
const all = dkim('blue.example') + dkim('red.example') + arc

/** The records of hosts whose scripts print these keys and certificates. */
function recordsOf(hosts: readonly MailHostParts[], printed?: Readonly<Record<string, string>>): DnsRecords {
  // Each source takes its own lines out of what all scripts print.
  const answer = (host: string) => (source: HostRecords) =>
    String(source.script).includes('postconf') ? (printed?.[host]?.match(/^shown (.*)$/m)?.[1] ?? '') : printed?.[host]
  return fleetRecords(
    mailHosts(...hosts).map(({ facts, records }) => ({
      host: facts.name,
      sources: records,
      printed: printed ? answer(facts.name) : undefined,
    })),
  )
}

test('every record for one host with two domains', async () => {
  const vars = { tls: { clientNames: [{ name: 'mail.red.example' }] } }
  const records = recordsOf([{ vars }], { sv1: all })
  expect(records.missing).toEqual([])
  await expect(zoneFile(records)).toMatchFileSnapshot('./golden/two-domains.zone')
})

test('everything on: IPv6, an SRS domain, reports to others, ports that are not offered', async () => {
  const vars = {
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
  }
  const printed = all + dkim('blue.example', 's2') + dkim('blue.example', 's0') + dkim('old.example')
  await expect(zoneFile(recordsOf([{ vars }], { sv1: printed }))).toMatchFileSnapshot('./golden/everything.zone')
})

test('re-signed forwards are signed for the SRS domain, so its key is published too', () => {
  const vars = { srs: { mode: 'egress', domain: 'srs.blue.example' }, forwarding: { resign: 'srsDomain' } }
  const name = 's1._domainkey.srs.blue.example'
  expect(recordsOf([{ vars }], { sv1: all + dkim('srs.blue.example') }).records).toContainEqual(
    expect.objectContaining({ name, type: 'TXT', why: 'DKIM key of srs.blue.example' }),
  )
  expect(recordsOf([{ vars }], { sv1: all }).missing.map((one) => one.name)).toEqual([name])
})

test('what is not known is said, with the reason', () => {
  const missing = recordsOf([{ address: 'alias-of-ssh' }]).missing.map(({ name, because }) => `${name}: ${because}`)
  expect(missing).toEqual([
    'sv1.blue.example: hosts.sv1.address is alias-of-ssh, not an IPv4 address',
    's1._domainkey.blue.example: the key is on sv1; run again without --offline',
    's1._domainkey.red.example: the key is on sv1; run again without --offline',
    'arc._domainkey.blue.example: the key is on sv1; run again without --offline',
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

test('the extras: MTA-STS, TLS reports, CAA and TLSA; nobody reads mail on the names of web sites', async () => {
  const records = recordsOf([{ vars: webbed }], { sv1: `${all}shown AAAA\n` })
  expect(records.missing).toEqual([])
  await expect(zoneFile(records)).toMatchFileSnapshot('./golden/extras.zone')
  // printf '\0\0\0' | sha256sum
  const tlsa = '3 1 1 709e80c88487a2411e1ee4dfb9f22a861492d20c4765150c0c794abd70f8147c'
  const listed: unknown = JSON.parse(recordsJson(records)).records
  expect(listed).toEqual(
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
  const { records, missing } = recordsOf([{ vars: simple }], { sv1: all })
  expect(records.filter(({ type }) => type === 'CAA').map(({ value }) => value)).toEqual(['0 issue "letsencrypt.org"'])
  expect(records.map(({ value }) => value)).toContain('v=TLSRPTv1; rua=mailto:tls@reports.test')
  expect(missing.map(({ name, because }) => `${name}: ${because}`)).toContain(
    '_25._tcp.sv1.blue.example: sv1 has no certificate for port 25',
  )
})

test('two hosts with different keys of one selector cannot both be published', () => {
  const mail = { domains: ['blue.example', 'red.example'].map((name) => ({ name, shared: true })) }
  const hosts = [
    { name: 'sv1', vars: { mail } },
    { name: 'sv2', address: '203.0.113.11', vars: { host: { fqdn: 'sv2.blue.example' }, mail } },
  ]
  const other = dkim('blue.example', 's1', '2') + dkim('red.example') + arc
  const { missing, records } = recordsOf(hosts, { sv1: all, sv2: other })
  expect(missing.map(({ because }) => because)).toEqual([
    'sv1 and sv2 hold different keys of one selector; give one of them another selector',
  ])
  const values = (name: string, type: string) =>
    records.filter((one) => one.type === type && one.name === name).map(({ value }) => value)
  expect(values('blue.example', 'MX')).toEqual(['sv1.blue.example', 'sv2.blue.example'])
  expect(values('s1._domainkey.blue.example', 'TXT')).toHaveLength(1)
})

test('the table cuts long values', () => {
  const long = `/etc/opendkim/keys/blue.example/s1.private ${'A'.repeat(400)}\n`
  const table = recordsTable(recordsOf([{}], { sv1: long }))
  expect(table).toMatch(/s1\._domainkey\.blue\.example +TXT +v=DKIM1; k=rsa; p=A+… +DKIM key of blue\.example/)
  expect(table).toContain(
    'missing: s1._domainkey.red.example TXT: sv1 has no /etc/opendkim/keys/red.example/s1.private',
  )
})

test('at 80 columns the reason is cut before the value is', () => {
  const why = 'address of sv1, which everybody who reads this page would like to know'
  const a = { name: 'sv1.blue.example', type: 'A', value: '203.0.113.10', why } as const
  const spf = { name: 'blue.example', type: 'TXT', value: 'v=spf1 mx ip4:203.0.113.10 -all', why } as const
  expect(
    recordsTable({ records: [a, spf], missing: [] }, 80),
  ).toBe(`NAME              TYPE   VALUE                            WHY
sv1.blue.example  A      203.0.113.10                     address of sv1, which…
blue.example      TXT    v=spf1 mx ip4:203.0.113.10 -all  address of sv1, which…
`)
  const lines = recordsTable(recordsOf([{}], { sv1: all }), 80).split('\n')
  expect(lines.filter((line) => line.length > 80 && !line.startsWith('missing'))).toEqual([])
})

test('reverse names', () => {
  expect(reverseName('203.0.113.10')).toBe('10.113.0.203.in-addr.arpa')
  expect(reverseName('2001:db8::1')).toBe('1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa')
})
