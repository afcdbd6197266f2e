import { beforeAll, expect, test } from 'vitest'
import { inSink } from './tools/stored.ts'
import { announced, submit, swaks } from './tools/swaks.ts'
import { dkimverify } from './tools/verifiers.ts'
import { on, places } from './world/index.ts'
import { world } from './world/managed.ts'

const { a, b, b2, c, x } = places

beforeAll(world)

test.for([
  ['465', 'conagi@blue.example', 'blue.example'],
  ['587', 'bob@red.example', 'red.example'],
] as const)('A5 outbound on %s as %s: DKIM, SPF and DMARC pass at Gmail', async ([port, from, domain]) => {
  const { login } = await world()
  const sent = await submit({
    on: x.name,
    server: b.ip,
    port: Number(port),
    from,
    to: 'user@gmail.example',
    login: await login(from),
    headers: ['Authentication-Results: sv1.blue.example; dkim=pass header.d=bank.example'],
  })
  expect(sent.said).toMatch(/250 2\.0\.0 Ok: queued as/)
  const stored = await inSink(c.name, 'gmail.example', sent.id)
  const results = stored.results(c.fqdn)
  expect(results).toMatch(new RegExp(`dkim=pass .*header\\.d=${domain}`))
  expect(results).toContain('spf=pass')
  expect(results).toContain('dmarc=pass')
  expect(stored.field('Return-Path')).toEqual([`<${from}>`])
  expect(stored.signers()).toEqual([domain])
  expect(stored.results(b.fqdn)).toBe('')
  expect(stored.field('ARC-Seal').filter((seal) => !seal.includes('d=gmail.example'))).toEqual([])
  expect(await dkimverify(c.name, stored)).toContain('signature ok')
  expect(
    await on(b.name, `journalctl -u postfix --no-pager | grep -c 'TLS connection established to ${c.fqdn}'`),
  ).not.toBe('0')
})

test('A5 mail of an own domain from a trusted network is signed, and not refused where DMARC is enforced', async () => {
  const sent = await announced({ on: b2.name, server: b.ip, from: 'conagi@blue.example', to: 'user@gmail.example' })
  expect(sent.said).toMatch(/250.*2\.0\.0 Ok: queued as/)
  const stored = await inSink(c.name, 'gmail.example', sent.id)
  expect(stored.signers()).toEqual(['blue.example'])
  expect(stored.results(c.fqdn)).toContain('dmarc=pass')
})

test('A6 a user cannot send as somebody else', async () => {
  const { login } = await world()
  const sent = await submit({
    on: x.name,
    server: b.ip,
    port: 587,
    from: 'ceo@bank.example',
    to: 'user@gmail.example',
    login: await login('bob@red.example'),
  })
  expect(sent.said).toMatch(
    /553 5\.7\.1 <ceo@bank\.example>: Sender address rejected: not owned by user bob@red\.example/,
  )
})

test('A17 a listed client is refused on 25, not when it logs in, and an error code of a list blocks nobody', async () => {
  const { login } = await world()
  const base = { server: b.ip, to: 'conagi@blue.example' }
  const listed = await swaks({ ...base, on: x.name, from: 'x@nodkim.example' })
  expect(listed.said).toMatch(
    /554 5\.7\.1 Service unavailable; Client host \[10\.89\.7\.63\] blocked using rbl\.example/,
  )
  const user = await submit({
    ...base,
    on: x.name,
    port: 465,
    from: 'bob@red.example',
    login: await login('bob@red.example'),
  })
  expect(user.said).toMatch(/250 2\.0\.0 Ok: queued as/)
  const refused = await swaks({ ...base, on: a.name, from: 'x@nodkim.example' })
  expect(refused.said).toMatch(/250 2\.0\.0 Ok: queued as/)
})
