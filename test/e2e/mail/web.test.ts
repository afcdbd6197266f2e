import { beforeAll, expect, test } from 'vitest'
import { inInbox, inSink } from './tools/stored.ts'
import { sendmail } from './tools/swaks.ts'
import { arcverify } from './tools/verifiers.ts'
import { on, places } from './world/index.ts'
import { world } from './world/managed.ts'

const { a, b, c, x } = places

beforeAll(world)

test('A23 setup.php is for the host itself only', async () => {
  const code = (host: string, server: string) =>
    on(host, `curl -sS -k -o /dev/null -w '%{http_code}' https://${server}/setup.php || true`)
  expect(await code(x.name, b.ip)).toBe('403')
  expect(await code(b.name, '127.0.0.1')).toBe('200')
  // The firewall lets nobody to the port but the networks of webadmin.allowFrom.
  expect(await code(a.name, b.ip)).toBe('000')
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
