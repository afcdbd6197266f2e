import { expect, test } from 'vitest'
import { type CommandContext, OrchestrateError } from '#orchestrate'
import { dkimExit, dkimStatus, statusJson, statusText } from '../../../../roles/opendkim/command.ts'
import { signingHost } from './signing-host.ts'

type Tools = Pick<CommandContext, 'connect' | 'answers'>

const now = Date.UTC(2026, 10, 24, 14, 2) / 1_000
const turn = now - 10 * 86_400
const host = signingHost({
  mail: { domains: [{ name: 'blue.example' }] },
  dkim: { selector: 's1', otherSelectors: ['s202611'] },
})
const held = `@now ${now}
@made ${turn} /etc/opendkim/keys/blue.example/s1.private
@made ${now - 60} /etc/opendkim/keys/blue.example/s202611.private
@signs *@blue.example s1._domainkey.blue.example
@signed ${turn} blue.example s1
/etc/opendkim/keys/blue.example/s1.private S1S1
/etc/opendkim/keys/blue.example/s202611.private S211
/etc/openarc/keys/blue.example/arc.private ARC1
`

/** A host that says this, and a zone with these records; what is run on the host is kept. */
function portsOf(said: string, zone: Readonly<Record<string, string>>): { ports: Tools; ran: string[] } {
  const ran: string[] = []
  const ports: Tools = {
    connect: async (name) => ({
      host: name,
      run: async (script) => {
        ran.push(String(script))
        return { code: 0, stdout: said, stderr: '' }
      },
      close: async () => {},
    }),
    answers: async (name, type) => {
      const value = type === 'TXT' ? zone[name] : undefined
      return [{ server: 'ns', status: 'NOERROR', values: [], texts: value ? [[value]] : [], ttl: value ? 600 : 3_600 }]
    },
  }
  return { ports, ran }
}

const s1 = { 's1._domainkey.blue.example': 'v=DKIM1; k=rsa; p=S1S1' }
const both = { ...s1, 's202611._domainkey.blue.example': 'v=DKIM1; k=rsa; p=S211' }
const note = `@published ${now - 3_600} s202611._domainkey.blue.example S211\n`
const noted = `@published ${turn} s1._domainkey.blue.example S1S1\n${note}`

test('a record that is seen everywhere for the first time is noted on the host, and waited for', async () => {
  const { ports, ran } = portsOf(held, both)
  const found = await dkimStatus([host], ports)
  expect(found[0]?.keys.map(({ state }) => state)).toEqual(['active', 'published'])
  expect(found[0]?.keys[1]?.says).toBe('caches may not know its record before 2026-11-24 15:02 UTC (TTL 3600 s)')
  expect(ran).toHaveLength(2)
  expect(ran[1]).toContain(`${now} s202611._domainkey.blue.example S211`)
  expect(dkimExit(found)).toBe('ok')
})

test('after the longest time that a cache may lag it may sign; a note that stands is not written again', async () => {
  const { ports, ran } = portsOf(`${held}${noted}`, both)
  const found = await dkimStatus([host], ports)
  expect(found[0]?.keys.map(({ state }) => state)).toEqual(['active', 'ready'])
  expect(ran).toHaveLength(1)
  expect(dkimExit(found)).toBe('drift')
})

test('a record that went away begins anew', async () => {
  const { ports, ran } = portsOf(`${held}${noted}`, s1)
  const found = await dkimStatus([host], ports)
  expect(found[0]?.keys.map(({ state }) => state)).toEqual(['active', 'generated'])
  expect(ran[1]).not.toContain('s202611')
})

test('as text and as JSON; a host that cannot be reached keeps nobody else from being asked', async () => {
  const { ports } = portsOf(`${held}${noted}`, both)
  const other = signingHost({ mail: { domains: [{ name: 'blue.example' }] } }, 'sv2')
  const gone = new OrchestrateError('no route to 203.0.113.11', {
    code: 'E_CONNECT',
    exit: 'unreachable',
    hint: 'look',
  })
  const connect: Tools['connect'] = (name) => (name === 'sv2' ? Promise.reject(gone) : ports.connect(name))
  const found = await dkimStatus([host, other], { ...ports, connect })
  expect(statusText(found)).toBe(`sv1
  blue.example
    ✓ s1       active     signs since 2026-11-14 (10 days; rotateDays 180)
    → s202611  ready      may sign: published at every server, known to every cache since 2026-11-24 14:02 UTC: make it dkim.selector, put s1 into otherSelectors and apply

sv2
  ✗ no route to 203.0.113.11
    → look

2 selectors: 0 problems, 1 step due, 0 waiting; 1 of 2 hosts not asked
`)
  expect(dkimExit(found)).toBe('unreachable')
  expect(JSON.parse(statusJson(found, 'unreachable'))).toEqual({
    schema: 'orchestrate/dkim/1',
    exitCode: 3,
    hosts: [
      {
        host: 'sv1',
        status: 'ok',
        keys: [
          {
            domain: 'blue.example',
            selector: 's1',
            state: 'active',
            declared: 'signs',
            needs: 'nothing',
            says: 'signs since 2026-11-14 (10 days; rotateDays 180)',
            since: '2026-11-14T14:02:00Z',
          },
          expect.objectContaining({ selector: 's202611', state: 'ready', declared: 'kept', needs: 'step' }),
        ],
      },
      { host: 'sv2', status: 'unreachable', message: 'no route to 203.0.113.11', keys: [] },
    ],
  })
})

test('a record that is missing while it signs is a failure', async () => {
  const { ports } = portsOf(held, {})
  expect(dkimExit(await dkimStatus([host], ports))).toBe('failed')
})

test('a host whose keys cannot be read fails', async () => {
  const { ports } = portsOf('', {})
  const connect: Tools['connect'] = async (name) => ({
    host: name,
    run: async () => ({ code: 2, stdout: '', stderr: 'read-only file system' }),
    close: async () => {},
  })
  const found = await dkimStatus([host], { ...ports, connect })
  expect(found[0]?.failure).toMatchObject({ exit: 'failed', message: expect.stringContaining('read-only file system') })
})
