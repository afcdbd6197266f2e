import { beforeAll, expect, test } from 'vitest'
import { orchestrate } from '../support/orchestrate.ts'
import { submit, swaks } from './tools/swaks.ts'
import { on, places, tried, until } from './world/index.ts'
import { inventory, world } from './world/managed.ts'

const { a, b, x } = places

beforeAll(world)

test('A1 listeners: the declared ports answer, everything else is on loopback', async () => {
  const lines = (await on(b.name, 'ss -Hltn')).split('\n').map((line) => line.trim().split(/\s+/)[3] ?? '')
  const open = (pattern: RegExp) =>
    [...new Set(lines.flatMap((one) => pattern.exec(one)?.[1] ?? []).map(Number))].sort((p, q) => p - q)
  expect(open(/^(?:0\.0\.0\.0|\*|\[::\]):(\d+)$/)).toEqual([22, 25, 80, 443, 465, 587, 993, 995, 4190])
  expect(open(/^127\.0\.0\.1:(\d+)$/)).toEqual(expect.arrayContaining([8891, 8892, 8893, 10_001, 10_002]))
  expect(lines.filter((one) => /:(110|143|3306)$/.test(one) && !one.startsWith('127.0.0.1'))).toEqual([])
})

const names = [undefined, 'mail.red.example', 'mail.blue.example', b.fqdn, 'unknown.example']
const ports = [
  [25, '-starttls smtp'],
  [465, ''],
  [587, '-starttls smtp'],
  [993, ''],
  [995, ''],
  [4190, '-starttls sieve'],
] as const

test('A2 every name on every port gets its own certificate, strangers the default one', {
  timeout: 120_000,
}, async () => {
  const authority = await on(
    b.name,
    'cat /etc/pki/orchestrate-lab/ca.pem 2>/dev/null || cat $(find /etc/pki -name ca.pem | head -n 1)',
  )
  const asks = ports.flatMap(([port, start]) => names.map((name) => ({ port, start, name })))
  const script = asks.map(({ port, start, name }) => {
    const ask = name === undefined ? '-noservername' : `-servername ${name} -verify_hostname ${name}`
    const said = `timeout 20 openssl s_client -connect ${b.ip}:${port} ${start} ${ask} -CAfile /root/ca.pem </dev/null 2>&1`
    return `echo "${port} ${name}: $(${said} | grep -E '^(subject=|Verify return code: |.*alert)' | sort -u | tr '\\n' '|')"`
  })
  await on(x.name, 'cat >/root/ca.pem', authority)
  const said = (await on(x.name, script.join('\n'))).trim().split('\n')
  const expected = asks.map(({ port, name }) => {
    const shown = name === undefined || name === 'unknown.example' ? b.fqdn : name
    const code = name === 'unknown.example' ? '62 (hostname mismatch)' : '0 (ok)'
    return new RegExp(
      `^${port} ${name}: .*subject=CN ?= ?${shown}\\|Verify return code: ${code.replace(/[()]/g, '\\$&')}\\|`,
    )
  })
  expect(said).toEqual(expected.map((pattern) => expect.stringMatching(normalised(pattern))))
})

/** TLS 1.2 ciphers that a client offers, in its order (openssl-ciphers(1)). */
const offers = {
  anonymous: 'aNULL:@SECLEVEL=0',
  'without forward secrecy': 'kRSA',
  CBC: 'ECDHE-RSA-AES256-SHA384:ECDHE-ECDSA-AES256-SHA384:ECDHE-RSA-AES128-SHA:ECDHE-ECDSA-AES128-SHA',
  modern:
    'ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES256-GCM-SHA384',
}

test('A2 where users log in: no anonymous cipher, forward secrecy and AEAD only, in the server’s order; any TLS on 25', {
  timeout: 120_000,
}, async () => {
  const all = [...ports, [443, ''] as const]
  const asks = all.flatMap(([port, start]) =>
    Object.entries(offers).map(([name, ciphers]) => ({ port, start, name, ciphers })),
  )
  const script = asks.map(
    ({ port, start, name, ciphers }) =>
      `echo "${port} ${name}: $(timeout 20 openssl s_client -tls1_2 -cipher '${ciphers}' -connect ${b.ip}:${port} ${start} </dev/null 2>/dev/null | sed -n 's/.*Cipher is //p')"`,
  )
  const said = (await on(x.name, script.join('\n'))).trim().split('\n')
  const users = ports.map(([port]) => port).filter((port) => port !== 25)
  const refused = ['anonymous', 'without forward secrecy', 'CBC']
  for (const port of [...users, 443]) {
    for (const name of refused) expect(said).toContain(`${port} ${name}: (NONE)`)
    expect(said).toContainEqual(expect.stringMatching(`^${port} modern: ECDHE-(RSA|ECDSA)-AES256-GCM-SHA384$`))
  }
  for (const name of ['CBC', 'modern']) expect(said).toContainEqual(expect.stringMatching(`^25 ${name}: ECDHE-`))
})

test('A2 Dovecot and Apache follow the crypto policy of the host', async () => {
  const policy = '/etc/crypto-policies/back-ends/openssl.config'
  const ask = (port: number) =>
    `timeout 20 openssl s_client -tls1_2 -cipher CHACHA20 -connect ${b.ip}:${port} </dev/null 2>/dev/null | sed -n 's/.*Cipher is //p'`
  const asked = async () => (await on(x.name, [993, 443].map(ask).join('\n'))).trim().split('\n')
  const read = 'doveadm reload && systemctl reload httpd'
  await on(b.name, `cp ${policy} /root/policy && sed -i 's/$/:-CHACHA20/' ${policy} && ${read}`)
  try {
    await until('a policy without ChaCha20', async () =>
      (await asked()).every((one) => one === '(NONE)') ? true : undefined,
    )
  } finally {
    await on(b.name, `cat /root/policy >${policy} && ${read}`)
  }
  await until('the old policy', async () =>
    (await asked()).every((one) => one.includes('CHACHA20')) ? true : undefined,
  )
})

// Both lines are sorted; "Verify…" comes after "subject…" in the C locale only.
function normalised(pattern: RegExp): RegExp {
  const [, head = '', subject = '', code = ''] =
    /^(.*?: \.\*)(subject=.*?)\\\|(Verify.*)\\\|$/.exec(pattern.source) ?? []
  return new RegExp(`${head}(${subject}\\|.*${code}|${code}\\|.*${subject})`)
}

test('A3 no password in clear text: nothing is offered before TLS, and nothing at all on 25', async () => {
  const login = { user: 'conagi@blue.example', password: 'x' }
  const base = { on: x.name, server: b.ip, from: 'conagi@blue.example', to: 'user@gmail.example' }
  const options = `--auth PLAIN --auth-user ${login.user} --auth-password x`
  const plain = await swaks({ ...base, port: 587, options })
  expect(plain.said).toContain('*** Host did not advertise authentication')
  const on25 = await on(
    x.name,
    `(sleep 1; printf 'EHLO x.example\\r\\nQUIT\\r\\n'; sleep 1) | timeout 20 openssl s_client -quiet -starttls smtp -connect ${b.ip}:25 2>/dev/null`,
  )
  expect(on25).toContain('250-ENHANCEDSTATUSCODES')
  expect(on25).not.toContain('AUTH')
  const noTls = await swaks({ ...base, port: 587 })
  expect(noTls.said).toContain('530 5.7.0 Must issue a STARTTLS command first')
})

test('A4 a wrong password is refused on 587 and over IMAPS', async () => {
  const login = { user: 'conagi@blue.example', password: 'wrong' }
  const sent = await submit({ on: x.name, server: b.ip, port: 587, from: login.user, to: 'user@gmail.example', login })
  expect(sent.said).toContain('535 5.7.8 Error: authentication failed')
  const imap = await tried(x.name, `curl -sS -k --max-time 20 --user conagi@blue.example:wrong imaps://${b.ip}/INBOX`)
  expect(imap.code).toBe(67)
})

test('A16 no relaying, no unknown and no disabled recipients', async () => {
  const send = (to: string) => swaks({ on: a.name, server: b.ip, from: 'al@sender.example', to })
  expect((await send('x@gmail.example')).said).toContain('554 5.7.1 <x@gmail.example>: Relay access denied')
  expect((await send('nobody@blue.example')).said).toContain('550 5.1.1 <nobody@blue.example>')
  expect((await send('dead@blue.example')).said).toContain('550 5.1.1 <dead@blue.example>')
})

test('A35 hygiene: no file with a secret is open to others, no password is in the journal', async () => {
  const { login } = await world()
  const { password } = await login('conagi@blue.example')
  const loose = await on(
    b.name,
    `find /etc/opendkim/keys /etc/openarc/keys /etc/postfix/sql /etc/postsrsd.secret /etc/postfix/tls_server_sni_maps /etc/postfix/tls_server_sni_maps.db /etc/dovecot/dovecot-sql.conf.ext /etc/php-postfixadmin -type f -perm /007`,
  )
  expect(loose).toBe('')
  const found = await on(
    b.name,
    `journalctl --no-pager | grep -cF -- '${password}' || true; doveconf -n | grep -cF -- '${password}' || true`,
  )
  expect(found.trim().split('\n')).toEqual(['0', '0'])
})

test('orchestrate verify passes on both servers and cleans up what it sent', { timeout: 300_000 }, async () => {
  const { login } = await world()
  const { code, stdout } = await orchestrate('verify', inventory, '--server', places.dns.ip)
  const passed = expect.stringMatching(/\d+ checks: \d+ passed, 0 failed, 0 skipped/)
  expect({ code, stdout }).toEqual({ code: 0, stdout: passed })
  const { user, password } = await login('admin@blue.example')
  const left = await on(
    x.name,
    `curl -sS -k --user '${user}:${password}' 'imaps://${b.ip}/INBOX' -X 'SEARCH SUBJECT "orchestrate verify"'`,
  )
  expect(left.trim()).toBe('* SEARCH')
})
