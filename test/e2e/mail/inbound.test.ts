import { beforeAll, expect, test } from 'vitest'
import { curl, fetchMail, inInbox } from './tools/stored.ts'
import { announced, message, sendmail, swaks } from './tools/swaks.ts'
import { on, places, put, until } from './world/index.ts'
import { world } from './world/managed.ts'

const { a, b, b2, x } = places

beforeAll(world)

test('A7 inbound from a sender that signs: dkim, spf and dmarc pass; the right INBOX and no other', async () => {
  const { login } = await world()
  const sent = await sendmail({ on: a.name, from: 'al@sender.example', to: 'conagi@blue.example' })
  const conagi = await login('conagi@blue.example')
  const stored = await inInbox(conagi, sent.id, x.name)
  const results = stored.results(b.fqdn)
  expect(results).toMatch(/dkim=pass .*header\.d=sender\.example/)
  expect(results).toMatch(/spf=pass smtp\.mailfrom=(al@)?sender\.example/)
  expect(results).toMatch(/dmarc=pass \(p=reject dis=none\) header\.from=sender\.example/)
  expect(stored.field('Received')[0]).toContain('with LMTP')
  expect(await fetchMail(await login('bob@red.example'), sent.id, x.name)).toBeUndefined()
  const listing = await on(x.name, `curl -sS -k --user '${conagi.user}:${conagi.password}' pop3s://${b.ip}/`)
  expect(listing).toMatch(/^1 \d+/m)
})

const spoof = { from: 'ceo@bank.example', author: 'ceo@bank.example' }

test('A8 a spoof of a domain with p=reject is refused where DMARC is enforced, marked where it is not', async () => {
  const { login } = await world()
  const refused = await swaks({ on: a.name, server: b.ip, ...spoof, to: 'conagi@blue.example' })
  expect(refused.said).toMatch(/550 5\.7\.1 rejected by DMARC policy for bank\.example/)
  const marked = await swaks({ on: a.name, server: b2.ip, ...spoof, to: 'dan@green.example' })
  expect(marked.said).toMatch(/250 2\.0\.0 Ok: queued as/)
  const stored = await inInbox(await login('dan@green.example'), marked.id, x.name)
  expect(stored.results(b2.fqdn)).toContain('dmarc=fail (p=reject dis=none) header.from=bank.example')
})

test('A9 a forged Authentication-Results does not help the spoof and does not survive on honest mail', async () => {
  const { login } = await world()
  const headers = [`Authentication-Results: ${b.fqdn}; dkim=pass header.d=bank.example`]
  const refused = await swaks({ on: a.name, server: b.ip, ...spoof, to: 'conagi@blue.example', headers })
  expect(refused.said).toMatch(/550 5\.7\.1 rejected by DMARC policy for bank\.example/)
  const honest = await swaks({ on: a.name, server: b.ip, from: 'x@nodkim.example', to: 'conagi@blue.example', headers })
  expect(honest.said).toMatch(/250 2\.0\.0 Ok: queued as/)
  const stored = await inInbox(await login('conagi@blue.example'), honest.id, x.name)
  expect(stored.raw).not.toContain('header.d=bank.example')
  expect(stored.results(b.fqdn)).toContain('dkim=none')
})

test('A9b DKIM passes and SPF fails: DMARC passes', async () => {
  const { login } = await world()
  const made = message({ from: 'al@sender.example', to: 'conagi@blue.example' })
  await put(a.name, '/root/unsigned', made.text.replaceAll('\n', '\r\n'))
  const signed = await on(
    a.name,
    'python3 -m dkim.dkimsign k1 sender.example /etc/opendkim/keys/sender.example.private </root/unsigned',
  )
  // From an address that SPF of sender.example does not allow, and that no block list has.
  const sent = await swaks(
    { on: places.c.name, server: b.ip, from: 'al@sender.example', to: 'conagi@blue.example' },
    signed.replaceAll('\r\n', '\n'),
  )
  expect(sent.said).toMatch(/250 2\.0\.0 Ok: queued as/)
  const stored = await inInbox(await login('conagi@blue.example'), made.id, x.name)
  const results = stored.results(b.fqdn)
  expect(results).toContain('dkim=pass')
  expect(results).toContain('spf=fail')
  expect(results).toContain('dmarc=pass')
})

test('A15 a forged SRS address is an unknown user', async () => {
  const sent = await swaks({
    on: a.name,
    server: b.ip,
    from: 'al@sender.example',
    to: 'SRS0=XXXX=AB=bank.example=ceo@blue.example',
  })
  expect(sent.said).toMatch(/550 5\.1\.1 .*User unknown in virtual mailbox table/)
})

test('A21 a full mailbox is refused at RCPT, and no bounce is made', async () => {
  const send = (lines: number) =>
    announced({
      on: a.name,
      server: b.ip,
      from: 'al@sender.example',
      to: 'full@blue.example',
      body: 'x'.repeat(70).concat('\n').repeat(lines),
    })
  expect((await send(400)).said).toMatch(/552 5\.2\.3 .*Message does not fit into the mailbox/)
  await until('a full mailbox', async () => ((await send(200)).said.includes('552 5.2.2') ? true : undefined))
  expect((await send(200)).said).toMatch(/552 5\.2\.2 .*Mailbox is full/)
  expect(await on(b.name, 'postqueue -j')).toBe('')
})

test('A18 the host’s own mail reaches the postmaster, from root and not rewritten', async () => {
  const { login } = await world()
  const made = message({ from: `root@${b.fqdn}`, to: 'root' })
  await on(b.name, '/usr/sbin/sendmail root', made.text.replace(/^From: .*\n/m, ''))
  const stored = await inInbox(await login('admin@blue.example'), made.id, x.name)
  expect(stored.field('From').join()).toContain(`root@${b.fqdn}`)
  expect(stored.raw).not.toContain('SRS0')
  const folders = await curl(await login('admin@blue.example'), x.name, '/', '-X \'LIST "" *\'')
  for (const name of ['Drafts', 'Junk', 'Sent', 'Trash', 'INBOX']) expect(folders).toContain(name)
})
