import { beforeAll, expect, test } from 'vitest'
import { reported } from '../support/orchestrate.ts'
import type { Sv2 } from './inventory.ts'
import { inInbox, inSink } from './tools/stored.ts'
import { sv2 } from './tools/sv2.ts'
import { sendmail } from './tools/swaks.ts'
import { arcverify } from './tools/verifiers.ts'
import { on, places, tried } from './world/index.ts'
import { world } from './world/managed.ts'

const { a, b, b2, c, x } = places

beforeAll(world)

test('A23 setup.php is for the host itself only', async () => {
  const code = (host: string, server: string) =>
    on(host, `curl -sS -k -o /dev/null -w '%{http_code}' https://${server}/setup.php || true`)
  expect(await code(x.name, b.ip)).toBe('403')
  expect(await code(b.name, '127.0.0.1')).toBe('200')
  // The firewall lets nobody to the port but the networks of webadmin.allowFrom.
  expect(await code(a.name, b.ip)).toBe('000')
})

/** A page of sv2 as a machine that no option names gets it, its certificate checked: text, status, media type. */
async function page(url: string): Promise<string> {
  await on(a.name, 'cat >/root/sv2.pem', await on(b2.name, 'cat /etc/pki/orchestrate-lab/ca.pem'))
  return on(a.name, `curl -sS --max-time 20 --cacert /root/sv2.pem -w '%{http_code} %{content_type}' ${url}`)
}

test('MTA-STS: anybody gets the policy, PostfixAdmin beside it stays closed', async () => {
  expect(await page('https://mta-sts.green.example/.well-known/mta-sts.txt')).toBe(
    'version: STSv1\nmode: enforce\nmx: sv2.green.example\nmax_age: 604800\n200 text/plain; charset=UTF-8',
  )
  expect(await page(`https://${b2.fqdn}/login.php`)).toMatch(/403 text\/html/)
  const inside = `curl -sS -k -o /dev/null -w '%{http_code}' https://${b2.ip}/login.php`
  expect(await on(x.name, inside)).toBe('200')
})

test('autoconfig: anybody gets the settings of the domain', async () => {
  const server = (kind: string, port: number, tls: string) => `
    <${kind}>
      <hostname>sv2.green.example</hostname>
      <port>${port}</port>
      <socketType>${tls}</socketType>
      <authentication>password-cleartext</authentication>
      <username>%EMAILADDRESS%</username>
    </${kind.split(' ')[0]}>`
  const servers = [
    server('incomingServer type="imap"', 993, 'SSL'),
    server('incomingServer type="pop3"', 995, 'SSL'),
    server('outgoingServer type="smtp"', 465, 'SSL'),
    server('outgoingServer type="smtp"', 587, 'STARTTLS'),
  ]
  const url = 'https://autoconfig.green.example/mail/config-v1.1.xml?emailaddress=dan%40green.example'
  expect(await page(`'${url}'`)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<!-- Kept by orchestrate (role discovery): hand edits are undone. -->
<clientConfig version="1.1">
  <emailProvider id="green.example">
    <domain>green.example</domain>
    <displayName>green.example</displayName>
    <displayShortName>green.example</displayShortName>${servers.join('')}
  </emailProvider>
</clientConfig>
200 text/xml`)
})

test('extras that are switched off are gone, and come back', { timeout: 300_000 }, async () => {
  const apply = async (more?: Sv2) => reported(await sv2('apply', more)).get(b2.name)?.status
  const left = `ls -d /var/www/discovery /etc/httpd/conf.d/site-* 2>/dev/null | wc -l`
  try {
    expect(await apply({ extras: 'off' })).toBe('changed')
    expect((await on(b2.name, left)).trim()).toBe('0')
    // The firewall lets nobody to the port again but the networks of webadmin.allowFrom.
    expect((await tried(a.name, `curl -sS -k --max-time 10 https://${b2.ip}/`)).code).not.toBe(0)
    expect(await on(x.name, `curl -sS -k -o /dev/null -w '%{http_code}' https://${b2.ip}/login.php`)).toBe('200')
  } finally {
    expect(await apply()).toBe('changed')
  }
  expect(await page('https://mta-sts.green.example/.well-known/mta-sts.txt')).toContain('mode: enforce')
})

test('A20 Sieve: a script put over ManageSieve redirects a copy, which passes at Gmail; it is not in the mail', async () => {
  const { login } = await world()
  const bob = await login('bob@red.example')
  await on(x.name, `python3 - ${b.ip} '${bob.user}' '${bob.password}'`, managesieve)
  try {
    const sent = await sendmail({ on: a.name, from: 'al@sender.example', to: bob.user })
    await inInbox(bob, sent.id, x.name)
    const copy = await inSink(c.name, 'gmail.example', sent.id)
    const results = copy.results(c.fqdn)
    expect(results).toMatch(/dkim=pass .*header\.d=sender\.example/)
    expect(results).toContain('dmarc=pass')
    expect(await arcverify(c.name, copy)).toMatch(/cv=b'pass'\s+success/)
    const home = '/home/mailuser/red.example/bob'
    expect(await on(b.name, `cd ${home} && ls -d sieve && find Maildir -iname '*sieve*'`)).toBe('sieve')
  } finally {
    await on(b.name, 'doveadm sieve deactivate -u bob@red.example')
  }
})

test('A20 Sieve in egress mode: a redirected copy is sealed with what was found of the original', async () => {
  const { login } = await world()
  const dan = await login('dan@green.example')
  const script = 'require ["copy"]; redirect :copy "user@gmail.example";'
  await on(b2.name, `doveadm sieve put -a -u ${dan.user} away`, script)
  try {
    const sent = await sendmail({ on: a.name, from: 'al@sender.example', to: dan.user })
    const stored = await inInbox(dan, sent.id, x.name)
    const copy = await inSink(c.name, 'gmail.example', sent.id)
    const [first = ''] = copy.field('ARC-Authentication-Results').filter((value) => value.startsWith('i=1;'))
    for (const result of ['dkim=pass', 'spf=pass', 'dmarc=pass']) {
      expect(stored.results(b2.fqdn)).toContain(result)
      expect(first).toMatch(new RegExp(`${b2.fqdn}.*${result}`))
    }
    expect(copy.field('Return-Path')[0]).toMatch(/^<SRS0=.*=sender\.example=al@green\.example>$/)
    expect(copy.results(c.fqdn)).toMatch(/dkim=pass .*header\.d=sender\.example/)
    expect(await arcverify(c.name, copy)).toMatch(/cv=b'pass'\s+success/)
  } finally {
    await on(b2.name, `doveadm sieve deactivate -u ${dan.user}`)
  }
})

// ManageSieve (RFC 5804): STARTTLS, a login, PUTSCRIPT, SETACTIVE.
const managesieve = `import base64, socket, ssl, sys
server, user, password = sys.argv[1:4]
sock = socket.create_connection((server, 4190), 20)
def answer():
    text = b''
    while True:
        line = file.readline()
        text += line
        if line.split(b' ')[0].strip().upper() in (b'OK', b'NO', b'BYE') or not line:
            assert line.upper().startswith(b'OK'), text
            return text
file = sock.makefile('rb')
assert b'"STARTTLS"' in answer()
sock.sendall(b'STARTTLS\\r\\n'); answer()
context = ssl.create_default_context(); context.check_hostname = False; context.verify_mode = ssl.CERT_NONE
sock = context.wrap_socket(sock); file = sock.makefile('rb'); answer()
plain = base64.b64encode(b'\\0' + user.encode() + b'\\0' + password.encode())
sock.sendall(b'AUTHENTICATE "PLAIN" "' + plain + b'"\\r\\n'); answer()
script = b'require ["copy"];\\r\\nredirect :copy "user@gmail.example";\\r\\n'
sock.sendall(b'PUTSCRIPT "away" {%d+}\\r\\n' % len(script) + script + b'\\r\\n'); answer()
sock.sendall(b'SETACTIVE "away"\\r\\n'); answer()
`
