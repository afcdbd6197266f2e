import { expect, test } from 'vitest'
import opendmarc from '../../../../roles/opendmarc/index.ts'
import { absentOf, allTexts, ordinary, resourcesOf, textOf, wantOf } from '../evaluated.ts'
import { everythingOf } from '../everything.ts'

const plain = resourcesOf([opendmarc])
const full = resourcesOf([opendmarc], everythingOf([opendmarc]))

test.for([
  ['ordinary', plain],
  ['everything', full],
] as const)('renders its files: %s', async ([name, resources]) => {
  await expect(allTexts(resources)).toMatchFileSnapshot(`golden/${name}`)
})

test('the schema has a default that MariaDB takes', async () => {
  const sql = String(wantOf(full, 'database-schema:opendmarc/opendmarc-1.4')['sql'])
  await expect(sql).toMatchFileSnapshot('golden/schema.sql')
  expect(sql).toContain("lastsent DATETIME NOT NULL DEFAULT '1970-01-01 00:00:00'")
})

test('reporting has its database, its account and the packaged tools', () => {
  expect(full.has('package:opendmarc-tools')).toBe(true)
  expect(plain.has('package:opendmarc-tools')).toBe(false)
  expect(wantOf(full, 'database-schema:opendmarc/opendmarc-1.4')).toMatchObject({ unlessTable: 'requests' })
})

test('results are imported but not reported', () => {
  const only = resourcesOf([opendmarc], { ...ordinary, dmarc: { reporting: 'import-only' } })
  expect(textOf(only, '/usr/local/sbin/opendmarc-report')).not.toContain('opendmarc-reports')
  expect(wantOf(only, 'file:/etc/opendmarc/report.env')).toMatchObject({ mode: '0600', owner: 'root' })
})

test('without reporting there is no history, and the job is taken away', () => {
  expect(textOf(plain, '/etc/opendmarc.conf')).not.toContain('HistoryFile')
  expect(absentOf(plain)).toEqual([
    'service:opendmarc-report.timer',
    'file:/etc/systemd/system/opendmarc-report.timer',
    'file:/etc/systemd/system/opendmarc-report.service',
    'file:/usr/local/sbin/opendmarc-report',
    'file:/etc/opendmarc/report.env',
  ])
})

test('sealers are trusted in the egress layout only', () => {
  const canonical = resourcesOf([opendmarc], { ...ordinary, arc: { trustedSealers: ['gmail.example'] } })
  expect(textOf(canonical, '/etc/opendmarc.conf')).not.toContain('DomainWhitelist')
})
