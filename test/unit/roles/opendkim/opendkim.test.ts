import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
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
  const keys = [...full.keys()].filter((id) => id.startsWith('command:DKIM key') && !id.endsWith('is still there'))
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

describe('a key that was in use and is gone', () => {
  const id = 'command:record of the new DKIM key s1 of blue.example'

  // The guard as it runs, with a folder in place of the host's.
  function guard(resources: typeof plain, command: string, files: Readonly<Record<string, string>>): boolean {
    const root = mkdtempSync(join(tmpdir(), 'orchestrate-dkim-'))
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
    }
    const script = String(wantOf(resources, command)['unless']).replaceAll(/ (\/(etc|var)\/)/g, ` ${root}$1`)
    const { status } = spawnSync('sh', ['-c', script])
    rmSync(root, { recursive: true })
    return status === 0
  }

  const key = '/etc/opendkim/keys/blue.example/s1.private'
  const log = '/var/lib/orchestrate/dkim/signing'
  const seen = '/var/lib/orchestrate/dkim/published'
  test.for<[what: string, files: Readonly<Record<string, string>>, fine: boolean]>([
    ['a bare host', {}, true],
    ['a key in use', { [key]: 'k', [log]: '1790000000 blue.example s1\n' }, true],
    ['a key that signed', { [log]: '1790000000 red.example s1\n1790000000 blue.example s1\n' }, false],
    ['a key whose record was seen', { [seen]: '1790000000 s1._domainkey.blue.example QUJD\n' }, false],
    [
      'keys of like names',
      { [log]: '1 notblue.example s1\n1 blue.example s12\n', [seen]: '1 s1._domainkey.blueXexample A\n' },
      true,
    ],
  ])('%s', ([, files, fine]) => {
    expect(guard(plain, id, files)).toBe(fine)
  })

  test('is made anew and its record told, or stops the role before anything is made', () => {
    const ids = [...plain.keys()]
    expect(ids.indexOf(id)).toBeGreaterThan(ids.indexOf('command:DKIM key s1 of blue.example'))
    expect(String(wantOf(plain, id)['run'])).toContain('s1._domainkey.blue.example TXT v=DKIM1; k=rsa; p=')
    const stop = 'command:DKIM key s2026 of blue.example is still there'
    const all = [...full.keys()]
    expect(all.indexOf(stop)).toBeLessThan(all.indexOf('command:DKIM key s2026 of blue.example'))
    expect(guard(full, stop, { [log]: '1790000000 blue.example s2026\n' })).toBe(false)
    expect(String(wantOf(full, stop)['run'])).toMatch(/exit 1$/)
  })
})
