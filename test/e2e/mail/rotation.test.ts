import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Ended, reported, start } from '../support/orchestrate.ts'
import type { Sv2 } from './inventory.ts'
import { inSink, type Stored } from './tools/stored.ts'
import { being, sv2 } from './tools/sv2.ts'
import { type Sent, sendmail, submit } from './tools/swaks.ts'
import { arcverify, dkimverify } from './tools/verifiers.ts'
import { on, places, until } from './world/index.ts'
import { inventory, world } from './world/managed.ts'

const { a, b2, c, dns: nameServer, x } = places
const log = '/var/lib/orchestrate/dkim/signing'
let published = ''

beforeAll(async () => {
  published = (await world()).dns.records('managed')
})

// The other flows know sv2 with its first keys only.
afterAll(async () => {
  await (await world()).dns.set('managed', published)
  await apply({})
  await on(
    b2.name,
    `find /etc/opendkim/keys /etc/openarc/keys -type f ! -name 's1.*' ! -name 'arc.*' -delete; sed -i 1q ${log}; rm -f /var/lib/orchestrate/dkim/published`,
  )
})

/** One selector as `dkim status` tells it. */
interface Key {
  readonly state: string
  readonly needs: string
  readonly says: string
}

async function apply(declared: Sv2): Promise<Ended> {
  const ended = await sv2('apply', declared)
  expect(ended).toMatchObject({ code: 0 })
  return ended
}

async function status(declared: Sv2): Promise<{ code: number | null; keys: Record<string, Key> }> {
  const words = ['dkim', inventory, 'status', '--server', nameServer.ip, '--limit', b2.name, '--format', 'json']
  const { code, stdout } = await start(words, being(declared)).ended
  const { hosts } = JSON.parse(stdout) as { hosts: { keys: (Key & { selector: string })[] }[] }
  return { code, keys: Object.fromEntries(hosts.flatMap(({ keys }) => keys.map((key) => [key.selector, key]))) }
}

/** Publishes what the fleet needs now, and hides records of these selectors. */
async function publish(declared: Sv2, ...hidden: readonly string[]): Promise<void> {
  const { stdout } = await start(['dns', inventory, 'records', '--format', 'zone'], being(declared)).ended
  const kept = stdout
    .split('\n')
    .filter((line) => !hidden.some((selector) => line.startsWith(`${selector}._domainkey.green.`)))
  await (await world()).dns.set('managed', kept.join('\n'))
}

async function write(): Promise<Sent> {
  const from = 'dan@green.example'
  const login = await (await world()).login(from)
  return submit({ on: x.name, server: b2.ip, from, to: 'user@gmail.example', login })
}

const selectorOf = (stored: Stored) => stored.field('DKIM-Signature').map((value) => /\bs=([^;\s]+)/.exec(value)?.[1])
const age = (line: string, days: number) =>
  on(b2.name, `awk '${line} { $1 -= ${days * 86_400} } { print }' ${log} >/tmp/aged && cat /tmp/aged >${log}`)

test('A24 DKIM rotation: a selector changes between two mails, and the old one verifies until its record goes', {
  timeout: 300_000,
}, async () => {
  // It has signed long enough: the status names its successor.
  await age('NR == 1', 200)
  const due = await status({})
  const next = /add (s\d{6}) to dkim\.otherSelectors and apply/.exec(due.keys['s1']?.says ?? '')?.[1] ?? ''
  expect({ code: due.code, next }).toEqual({ code: 2, next: expect.stringMatching(/^s\d{6}$/) })

  const coming = { dkim: { otherSelectors: [next] } }
  const swapped = { dkim: { selector: next, otherSelectors: ['s1'] } }
  await apply(coming)
  expect(await status(coming)).toMatchObject({ code: 2, keys: { [next]: { state: 'generated', needs: 'step' } } })
  // Swapping now would sign with a key that nobody can find.
  expect(await status(swapped)).toMatchObject({ code: 1, keys: { [next]: { state: 'generated', needs: 'problem' } } })
  await publish(coming)
  const ready = await until('a record that every cache knows', async () => {
    const found = await status(coming)
    return found.keys[next]?.state === 'ready' ? found : undefined
  })
  expect(ready.keys[next]?.says).toContain(`make it dkim.selector, put s1 into otherSelectors and apply`)

  const began = await on(b2.name, 'date +%s')
  const sent = [await write()]
  let switching = true
  const ended = apply(swapped).finally(() => {
    switching = false
  })
  while (switching) sent.push(await write())
  const applied = reported(await ended).get(b2.name)
  expect(applied).toMatchObject({ reloads: 1, restarts: 0 })
  sent.push(await write())
  for (const { said } of sent) expect(said).toMatch(/250 2\.0\.0 Ok: queued as/)
  const stored: Stored[] = []
  for (const { id } of sent) stored.push(await inSink(c.name, 'gmail.example', id))
  const selectors = stored.map((one) => selectorOf(one).join())
  expect(selectors.join(' ')).toMatch(new RegExp(`^s1( s1)*( ${next})+$`))
  for (const one of stored) {
    expect(one.results(c.fqdn)).toMatch(/dkim=pass .*header\.d=green\.example/)
    expect(await dkimverify(c.name, one)).toContain('signature ok')
  }
  expect(await on(b2.name, `journalctl --no-pager --since @${began} | grep -c 'status=deferred' || true`)).toBe('0')

  expect(await status(swapped)).toMatchObject({
    code: 0,
    keys: { [next]: { state: 'active', needs: 'nothing' }, s1: { state: 'retiring', needs: 'wait' } },
  })
  expect(reported(await sv2('drift', swapped)).get(b2.name)?.status).toBe('converged')
  const [old = stored[0]] = stored
  if (!old) throw new Error('no mail was stored')
  await publish(swapped, 's1')
  expect(await status(swapped)).toMatchObject({ code: 1, keys: { s1: { state: 'retiring', needs: 'problem' } } })
  expect(await dkimverify(c.name, old)).toContain('signature verification failed')

  // Two weeks later nobody needs it: taken out, revoked, removed.
  const alone = { dkim: { selector: next } }
  await publish(swapped)
  expect(await dkimverify(c.name, old)).toContain('signature ok')
  await age('NR > 1', 15)
  expect(await status(swapped)).toMatchObject({ code: 2, keys: { s1: { state: 'retired', needs: 'step' } } })
  await apply(alone)
  const { dns } = await world()
  await publish(alone, 's1')
  await dns.set('managed', `${dns.records('managed')}\ns1._domainkey.green.example. IN TXT "v=DKIM1; k=rsa; p="\n`)
  expect(await status(alone)).toMatchObject({ code: 0, keys: { s1: { state: 'revoked', needs: 'nothing' } } })
  expect(await dkimverify(c.name, old)).toContain('signature verification failed')
  const check = await start(['dns', inventory, 'check', '--server', nameServer.ip], being(alone)).ended
  expect({ code: check.code, said: check.stdout }).toEqual({
    code: 0,
    said: expect.stringContaining(' 0 not as wanted'),
  })
  await publish(alone, 's1')
  expect(await status(alone)).toMatchObject({ code: 0, keys: { s1: { state: 'removed', needs: 'nothing' } } })
})

test('A25 ARC key rotation: the seal has the new selector, the chain passes, and so does the old one', {
  timeout: 180_000,
}, async () => {
  const forwarded = async () => {
    const sent = await sendmail({ on: a.name, from: 'al@sender.example', to: 'multi@green.example' })
    return inSink(c.name, 'gmail.example', sent.id)
  }
  const sealOf = (stored: Stored) => stored.field('ARC-Seal').find((seal) => /\bd=green\.example\b/.test(seal))
  const before = await forwarded()
  expect(sealOf(before)).toMatch(/\bs=arc;/)
  const applied = reported(await apply({ arcSelector: 'arc2' })).get(b2.name)
  expect(applied).toMatchObject({ restarts: 0 })
  expect(applied?.reloads).toBeGreaterThan(0)
  await publish({ arcSelector: 'arc2' })
  const after = await forwarded()
  expect(sealOf(after)).toMatch(/\bs=arc2;/)
  for (const stored of [before, after]) expect(await arcverify(c.name, stored)).toMatch(/cv=b'pass'\s+success/)
})
