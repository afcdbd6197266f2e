import { beforeAll, expect, test } from 'vitest'
import { orchestrate } from '../support/orchestrate.ts'
import { PostfixAdmin } from './tools/postfixadmin.ts'
import { curl, inInbox, inSink } from './tools/stored.ts'
import { sendmail, swaks } from './tools/swaks.ts'
import { arcverify } from './tools/verifiers.ts'
import { on, places, tried } from './world/index.ts'
import { inventory, world } from './world/managed.ts'

const { a, b, c, x } = places

beforeAll(world)

test('A22 PostfixAdmin: a mailbox made in the browser gets mail and logs in, switched off it does neither', async () => {
  const { stdout: secret } = await orchestrate('secrets', 'get', inventory, 'postfixadmin/admin')
  const admin = new PostfixAdmin(x.name, b.ip)
  expect(await admin.login('admin@blue.example', secret.trim())).toContain('Logout')
  const name = `webby${Date.now()}`
  const login = { server: b.ip, user: `${name}@red.example`, password: 'A-long-enough-passw0rd' }
  expect(await admin.addMailbox(name, 'red.example', login.password)).toContain(`${name}@red.example`)
  const hash = await on(b.name, `mysql -NBe "SELECT password FROM mailbox WHERE username='${login.user}'" postfix`)
  expect(hash).toMatch(/^\{BLF-CRYPT\}\$2y\$12\$/)
  await on(b.name, `doveadm auth test ${login.user} '${login.password}'`)
  expect((await on(b.name, "doveadm user '*'")).split('\n')).toContain(login.user)
  const folders = await curl(login, x.name, '/', '-X \'LIST "" *\'')
  for (const folder of ['Drafts', 'Junk', 'Sent', 'Trash', 'INBOX']) expect(folders).toContain(folder)
  const sent = await sendmail({ on: a.name, from: 'al@sender.example', to: login.user })
  await inInbox(login, sent.id, x.name)

  await admin.toggle(login.user, 'red.example', false)
  const refused = await swaks({ on: a.name, server: b.ip, from: 'al@sender.example', to: login.user })
  expect(refused.said).toMatch(/550 5\.1\.1 /)
  expect((await tried(x.name, `curl -sS -k --user '${login.user}:${login.password}' imaps://${b.ip}/`)).code).toBe(67)
})

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
