import { beforeAll, expect, test } from 'vitest'
import { reported } from '../support/orchestrate.ts'
import { countInSink, inInbox, inSink } from './tools/stored.ts'
import { sv2 } from './tools/sv2.ts'
import { message, type Sent, sendmail, swaks } from './tools/swaks.ts'
import { arcverify, dkimverify } from './tools/verifiers.ts'
import { on, places, put, until } from './world/index.ts'
import { world } from './world/managed.ts'

const { a, b, b2, c, x } = places

beforeAll(world)

test('A10 forward keeps DKIM, adds SRS and ARC', async () => {
  const sent = await sendmail({ on: a.name, from: 'al@sender.example', to: 'fwd@blue.example' })
  const stored = await inSink(c.name, 'gmail.example', sent.id)
  expect(stored.field('Return-Path')[0]).toMatch(/^<SRS0=[^=]+=[^=]+=sender\.example=al@blue\.example>$/)
  const results = stored.results(c.fqdn)
  expect(results).toMatch(/spf=pass smtp\.mailfrom=(\S+@)?blue\.example/)
  expect(results).toMatch(/dkim=pass .*header\.d=sender\.example/)
  expect(results).toContain('dmarc=pass')
  expect(stored.signers()).toEqual(['sender.example'])
  expect(await dkimverify(c.name, stored)).toContain('signature ok')
  expect(await arcverify(c.name, stored)).toMatch(/cv=b'pass'\s+success/)
  const [first] = stored.field('ARC-Authentication-Results').filter((value) => value.startsWith('i=1;'))
  expect(first).toContain(b.fqdn)
  expect(first).toContain('dkim=pass')
  expect(first).toContain('spf=pass')
  expect(first).toContain('dmarc=pass')
  expect(
    stored
      .field('ARC-Seal')
      .map((seal) => /\bi=\d+/.exec(seal)?.[0])
      .sort(),
  ).toEqual(['i=1', 'i=2'])
})

test('A11 forward of unsigned mail: SRS makes SPF pass, nothing is signed for it (M2)', async () => {
  const sent = await swaks({ on: a.name, server: b.ip, from: 'x@nodkim.example', to: 'fwd@blue.example' })
  const stored = await inSink(c.name, 'gmail.example', sent.id)
  const results = stored.results(c.fqdn)
  expect(results).toContain('dkim=none')
  expect(results).toMatch(/spf=pass smtp\.mailfrom=(\S+@)?blue\.example/)
  expect(stored.signers()).toEqual([])
  expect(await arcverify(c.name, stored)).toMatch(/cv=b'pass'\s+success/)
})

test('A12 a message that Gmail sealed is sealed again, and the chain passes', async () => {
  const sent = await sendmail({ on: a.name, from: 'al@sender.example', to: 'relay@gmail.example' })
  const stored = await inSink(c.name, 'gmail.example', sent.id)
  const seals = stored.field('ARC-Seal')
  expect(seals.find((seal) => /\bi=1;/.test(seal))).toContain('d=gmail.example')
  const second = seals.find((seal) => /\bi=2;/.test(seal))
  expect(second).toMatch(/cv=pass/)
  expect(second).toMatch(/d=blue\.example/)
  expect(await arcverify(c.name, stored)).toMatch(/cv=b'pass'\s+success/)
})

test('A14 a bounce finds its way back to the sender, once', { timeout: 120_000 }, async () => {
  const sent = await sendmail({ on: a.name, from: 'al@sender.example', to: 'bnc@blue.example' })
  const bounce = await inSink(a.name, 'sender.example', `Message-ID: ${sent.id}`)
  expect(bounce.field('Return-Path')).toEqual(['<>'])
  expect(bounce.raw).toContain('Diagnostic-Code: smtp; 554 5.7.1')
  const log = await on(b.name, 'journalctl --no-pager -t postsrsd')
  expect(log).toMatch(/srs_reverse: <SRS0=\S+=sender\.example=al@blue\.example> rewritten as <al@sender\.example>/i)
  await until('an empty queue', async () => ((await on(b.name, 'postqueue -j')) === '' ? true : undefined))
  expect(await countInSink(a.name, 'sender.example', `Message-ID: ${sent.id}`)).toBe(1)
})

test('A19 split recipients (egress mode): the local copy keeps its sender, the one that leaves is rewritten', async () => {
  const { login } = await world()
  const sent = await sendmail({ on: a.name, from: 'al@sender.example', to: 'multi@green.example' })
  const local = await inInbox(await login('dan@green.example'), sent.id, x.name)
  expect(local.field('Return-Path')).toEqual(['<al@sender.example>'])
  const away = await inSink(c.name, 'gmail.example', sent.id)
  expect(away.field('Return-Path')[0]).toMatch(/^<SRS0=[^=]+=[^=]+=sender\.example=al@green\.example>$/)
  expect(away.results(c.fqdn)).toContain('dmarc=pass')
  expect(await arcverify(c.name, away)).toMatch(/cv=b'pass'\s+success/)
  expect(await on(b2.name, 'postqueue -j')).toBe('')
})

test('A19 a sender that another forwarder has rewritten is rewritten again (SRS1) and sealed, so that SPF passes', async () => {
  const from = 'SRS0=aaaa=bb=bank.example=ceo@nodkim.example'
  const sent = await swaks({ on: a.name, server: b2.ip, from, author: 'x@nodkim.example', to: 'multi@green.example' })
  const away = await inSink(c.name, 'gmail.example', sent.id)
  expect(away.field('Return-Path')[0]).toMatch(
    /^<SRS1=[^=]+=nodkim\.example==aaaa=bb=bank\.example=ceo@green\.example>$/,
  )
  expect(away.results(c.fqdn)).toMatch(/spf=pass smtp\.mailfrom=(\S+@)?green\.example/)
  expect(away.field('ARC-Seal').find((seal) => /\bi=1;/.test(seal))).toContain('d=green.example')
  expect(await on(b2.name, 'postqueue -j')).toBe('')
})

test('A13 a trusted sealer is refused where no OpenARC on offer knows any', async () => {
  const refused = await sv2('apply', { sealers: ['gmail.example'] })
  expect(refused.code).toBe(1)
  expect(refused.stdout).toContain('arc.trustedSealers needs OpenARC 1.1, this is 1.0.0; epel-testing')
  // Roles that do not depend on OpenARC were applied as asked.
  expect((await sv2('apply')).code).toBe(0)
  expect(reported(await sv2('drift')).get(b2.name)?.status).toBe('converged')
})

// Signed by sender.example, then changed and sealed by gmail.example, as a mailing list does.
async function changedOnTheWay(): Promise<Sent> {
  const made = message({ from: 'al@sender.example', to: 'dan@green.example' })
  await put(a.name, '/root/unsigned', made.text.replaceAll('\n', '\r\n'))
  const key = (place: string, domain: string) => `/etc/${place}/keys/${domain}.private`
  const signed = await on(
    a.name,
    `python3 -m dkim.dkimsign k1 sender.example ${key('opendkim', 'sender.example')} </root/unsigned`,
  )
  const seen = `Authentication-Results: ${c.fqdn}; dkim=pass header.d=sender.example; dmarc=pass header.from=sender.example`
  const changed = `${seen}\n${signed.replaceAll('\r\n', '\n').trimEnd()}\n-- \nThe list\n`
  await put(c.name, '/root/changed', changed.replaceAll('\n', '\r\n'))
  const sealed = await on(
    c.name,
    `python3 -m dkim.arcsign seal gmail.example ${key('openarc', 'gmail.example')} ${c.fqdn} </root/changed`,
  )
  const sending = { on: c.name, server: b2.ip, from: 'al@sender.example', to: 'dan@green.example' }
  return { ...(await swaks(sending, sealed.replaceAll('\r\n', '\n'))), id: made.id }
}

test('A13 a trusted sealer excuses a DMARC failure, nobody else does (egress mode)', { timeout: 240_000 }, async () => {
  const { login } = await world()
  const enforcing = { testing: true, enforce: true }
  try {
    expect((await sv2('apply', { ...enforcing, sealers: ['gmail.example'] })).code).toBe(0)
    const excused = await changedOnTheWay()
    expect(excused.said).toMatch(/250 2\.0\.0 Ok: queued as/)
    const log = await on(b2.name, 'journalctl --no-pager -t opendmarc')
    expect(log).toContain('ARC pass, policy pass > overriding DMARC fail')
    const stored = await inInbox(await login('dan@green.example'), excused.id, x.name)
    expect(stored.results(b2.fqdn)).toMatch(/arc=pass .*arc\.chain=gmail\.example/)
    expect((await sv2('apply', { ...enforcing, sealers: ['other.example'] })).code).toBe(0)
    expect((await changedOnTheWay()).said).toMatch(/550 5\.7\.1 rejected by DMARC policy for sender\.example/)
    expect((await sv2('apply', enforcing)).code).toBe(0)
    expect((await changedOnTheWay()).said).toMatch(/550 5\.7\.1 rejected by DMARC policy for sender\.example/)
  } finally {
    await on(
      b2.name,
      'dnf -q config-manager --set-disabled epel-testing && dnf -y -q downgrade openarc libopenarc >/dev/null 2>&1',
    )
    expect((await sv2('apply')).code).toBe(0)
  }
})
