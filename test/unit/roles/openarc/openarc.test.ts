import { expect, test } from 'vitest'
import { defineRole } from '#orchestrate'
import openarc from '../../../../roles/openarc/index.ts'
import { type Milter, milters } from '../../../../roles/slots.ts'
import { allTexts, ordinary, problemsOf, resourcesOf, wantOf } from '../evaluated.ts'
import { everythingOf } from '../everything.ts'

const egress = { ...ordinary, srs: { mode: 'egress' }, arc: { selector: 'arc2026', trustedSealers: ['gmail.example'] } }
const plain = resourcesOf([openarc])
const full = resourcesOf([openarc], everythingOf([openarc]))

/** What openarc.conf(5) of 1.0.0 Beta 3 knows; it stops at anything else. */
const beta3 = `AuthservID AutoRestart AutoRestartCount AutoRestartRate Background BaseDirectory Canonicalization
ChangeRootDirectory Domain EnableCoredumps FinalReceiver Include InternalHosts KeepTemporaryFiles KeyFile MaximumHeaders
MilterDebug Mode OverSignHeaders PeerList PidFile SealHeaderChecks Selector SignatureAlgorithm SignHeaders Socket
SoftwareHeader Syslog SyslogFacility TemporaryDirectory UserID`.split(/\s+/)

test.for([
  ['ordinary', plain],
  ['everything', full],
] as const)('renders its files: %s', async ([name, resources]) => {
  await expect(allTexts(resources)).toMatchFileSnapshot(`golden/${name}`)
})

test('no setting that the packaged version refuses', () => {
  const files = ['/etc/openarc.conf', '/etc/openarc-sealer.conf'].map((path) =>
    String(wantOf(full, `file:${path}`)['content']),
  )
  const names = files.flatMap((text) => [...text.matchAll(/^([A-Za-z]+) /gm)].map(([, name]) => name))
  expect(names.filter((name) => !beta3.includes(name ?? ''))).toEqual([])
})

test('a candidate is read by the daemon itself, as its own user', () => {
  expect(String(wantOf(plain, 'file:/etc/openarc.conf')['check'])).toBe(
    'runuser -u openarc -- /usr/sbin/openarc -n -c "$candidate"',
  )
})

test('the key is its own, not a copy of a DKIM key', () => {
  const { run } = wantOf(plain, 'command:ARC key arc of blue.example')
  expect(String(run)).toContain('rsa_keygen_bits:2048')
  expect(String(run)).not.toContain('opendkim')
})

test('a DKIM selector is good for a copied key only; no key is made under it', () => {
  const shared = resourcesOf([openarc], { ...ordinary, arc: { selector: 's1' } })
  const ids = [...shared.keys()]
  expect(ids.indexOf('command:one key under one selector')).toBe(ids.indexOf('package:openarc') + 1)
  expect(ids.indexOf('command:ARC key s1 of blue.example')).toBeGreaterThan(2)
  const { unless, run } = wantOf(shared, 'command:one key under one selector')
  expect(String(unless)).toMatch(
    /openarc\/keys\/blue\.example\/s1\.private.*opendkim\/keys\/blue\.example\/s1\.private/,
  )
  expect(String(run)).toMatch(/exit 1$/)
  expect(plain.has('command:one key under one selector')).toBe(false)
})

test('one filter after DMARC, or a verifier before it and a sealer at the egress', () => {
  expect(filters(ordinary)).toEqual(['openarc 30 inbound accept'])
  expect(filters(egress)).toEqual(['openarc 15 inbound accept', 'openarc-sealer 30 egress accept'])
  expect(filters({ ...ordinary, arc: { enabled: false } })).toEqual([])
})

test('trusted sealers need the egress layout and a version that can', () => {
  const found = problemsOf([openarc], { ...ordinary, arc: { trustedSealers: ['gmail.example'] } })
  expect(found).toMatchObject([{ place: 'arc.trustedSealers' }])
  const guard = 'command:an OpenARC that knows trusted sealers'
  expect(String(wantOf(full, guard)['unless'])).toContain('1.1')
  expect([...plain.keys()]).not.toContain(guard)
})

function filters(vars: object): string[] {
  const found: Milter[] = []
  const watcher = defineRole({
    name: 'watcher',
    description: 'Collects what is provided.',
    vars: {},
    collects: [milters],
    resources: ({ collect }) => {
      found.push(...collect(milters))
      return []
    },
  })
  resourcesOf([openarc, watcher], vars)
  return found.map(({ name, order, on, whenDown }) => `${name} ${order} ${on.join()} ${whenDown}`)
}
