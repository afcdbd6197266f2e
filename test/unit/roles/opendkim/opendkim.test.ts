import { expect, test } from 'vitest'
import opendkim from '../../../../roles/opendkim/index.ts'
import { allTexts, ordinary, problemsOf, resourcesOf, textOf, wantOf } from '../evaluated.ts'
import { everythingOf } from '../everything.ts'

const plain = resourcesOf([opendkim])
const full = resourcesOf([opendkim], everythingOf([opendkim]))

test.for([
  ['ordinary', plain],
  ['everything', full],
] as const)('renders its files: %s', async ([name, resources]) => {
  await expect(allTexts(resources)).toMatchFileSnapshot(`golden/${name}`)
})

test('a row of the key table names one domain three times', () => {
  const rows = textOf(full, '/etc/opendkim/KeyTable').split('\n').slice(1, -1)
  expect(rows).toHaveLength(3)
  for (const row of rows) expect(row).toMatch(/^(\S+)\._domainkey\.(\S+) \2:\1:\/etc\/opendkim\/keys\/\2\/\1\.private$/)
})

test('only this machine is signed for without a login', () => {
  expect(textOf(plain, '/etc/opendkim/TrustedHosts')).toBe('127.0.0.0/8\n::1/128\n')
  expect(textOf(plain, '/etc/opendkim/SigningTable')).not.toMatch(/^\* /m)
})

test('in egress mode results of others than DKIM stay on mail that comes by a second time', () => {
  expect(textOf(plain, '/etc/opendkim.conf')).toMatch(/^RemoveARAll +yes$/m)
  expect(textOf(full, '/etc/opendkim.conf')).not.toContain('RemoveARAll')
  for (const resources of [plain, full])
    expect(textOf(resources, '/etc/opendkim.conf')).toMatch(/^RemoveARFrom +sv1\.blue\.example$/m)
})

test('bounces are signed for the primary domain, or not at all', () => {
  expect(textOf(plain, '/etc/opendkim/SigningTable')).toContain('*@sv1.blue.example s1._domainkey.blue.example\n')
  const silent = resourcesOf([opendkim], { ...ordinary, dkim: { signBounces: false } })
  expect(textOf(silent, '/etc/opendkim/SigningTable')).not.toContain('sv1.blue.example')
})

test('a key is made for every selector of every active domain, and for the domain of rewritten senders', () => {
  const keys = [...full.keys()].filter((id) => id.startsWith('command:DKIM key'))
  const usual = (domain: string) => ['s2026', 's2025', 's2027'].map((selector) => `${selector} of ${domain}`)
  expect(keys.map((id) => id.replace('command:DKIM key ', ''))).toEqual([
    ...usual('blue.example'),
    // It names selectors of its own.
    ...['r1 of red.example', 'r0 of red.example'],
    ...usual('green.example'),
    ...usual('srs.blue.example'),
  ])
  expect(String(wantOf(full, 'command:DKIM key r1 of red.example')['run'])).toContain('opendkim-genkey -b 4096')
})

test('what signs is written down after the services, for the domain of rewritten senders too', () => {
  const record = 'command:record since when DKIM selectors sign'
  expect([...full.keys()].at(-1)).toBe(record)
  for (const domain of ['blue.example', 'srs.blue.example'])
    expect(String(wantOf(full, record)['unless'])).toContain(`'${domain} s2026'`)
})

test('re-signing needs the egress stage', () => {
  const found = problemsOf([opendkim], { ...ordinary, forwarding: { resign: 'srsDomain' } })
  expect(found).toMatchObject([{ place: 'forwarding.resign' }])
})
