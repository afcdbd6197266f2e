import { afterAll, beforeAll, expect, test } from 'vitest'
import { differencesOf, type Ended, reported, start } from '../support/orchestrate.ts'
import { announced, submit } from './tools/swaks.ts'
import { withTemplate } from './tools/variant.ts'
import { on, places, tried, until } from './world/index.ts'
import { inventory, world } from './world/managed.ts'

// fail2ban also counts what the journal holds from before it started: these three have failed at nothing in the other files.
const { b, b2: elsewhere, c: trusted, dns: attacker } = places
const jails = ['postfix', 'postfix-sasl', 'dovecot', 'sieve']
const nothing = { status: 'converged', changed: 0, restarts: 0, reloads: 0 }

/** With fail2ban on sv1 and Postfix's own limit for logins, or as the other files have it. */
const run = (args: readonly string[], guarded = true) =>
  start([...args, '--limit', b.name, '--format', 'json'], { env: guarded ? { TEST_GUARD: '1' } : {} }).ended
const apply = (path = inventory) => run(['apply', path, '--yes'])
const drift = () => run(['drift', inventory])
const told = (ended: Ended) => reported(ended).get(b.name)

beforeAll(world)
afterAll(async () => {
  await tried(b.name, 'fail2ban-client unban --all')
  await run(['apply', inventory, '--yes'], false)
})

test('A34 fail2ban comes with one apply, a second changes nothing, a hand edit is one difference and is undone', async () => {
  const first = await apply()
  expect({ code: first.code, stderr: first.code === 0 ? '' : first.stderr }).toEqual({ code: 0, stderr: '' })
  expect(await on(b.name, 'systemctl is-active fail2ban; systemctl is-enabled fail2ban')).toBe('active\nenabled')
  expect(await jailsUp()).toBe(true)
  expect(told(await apply())).toMatchObject(nothing)
  await on(b.name, "sed -i 's/^maxretry = 5$/maxretry = 500/' /etc/fail2ban/jail.local")
  const found = differencesOf(told(await drift())).map((one) => one.replace(/: [\s\S]*/, ''))
  expect(found).toEqual(['file:/etc/fail2ban/jail.local content'])
  expect((await apply()).code).toBe(0)
  expect(await on(b.name, 'fail2ban-client get postfix-sasl maxretry')).toBe('5')
  expect(told(await drift())).toMatchObject({ status: 'converged' })
})

test.for([
  ['a filter that is none', (text: string) => text.replace('filter = <%= filter %>', 'filter = nonsense'), /nonsense/],
  ['a time that is none', (text: string) => text.replace(/^bantime = .*$/m, 'bantime = soon'), /is not healthy/],
] as const)('A34 jail.local with %s is refused or taken back, and the guard stands', async ([, change, reason]) => {
  const sum = () => on(b.name, 'sha256sum /etc/fail2ban/jail.local')
  const before = await sum()
  const { code, stdout, stderr } = await withTemplate('fail2ban/jail.local.ejs', change, apply)
  expect({ code, said: `${stdout}${stderr}` }).toEqual({ code: 1, said: expect.stringMatching(reason) })
  expect(await sum()).toBe(before)
  await until('every jail', jailsUp)
  expect(told(await drift())).toMatchObject({ status: 'converged' })
})

test('A34 after five wrong logins of 25 the attacker is banned from every mail port, others log in, and no ban is drift', async () => {
  const { login } = await world()
  const tries = await Promise.all(Array.from({ length: 5 }, () => wrongLogin(attacker.name)))
  expect(tries.map(({ said }) => /^< (5.*)$/m.exec(said)?.[1]?.trim())).toEqual(
    tries.map(() => '535 5.7.8 Error: authentication failed: (reason unavailable)'),
  )
  await until('the ban', async () => ((await reached(attacker.name, [587])).length === 0 ? true : undefined), 60)
  for (const { said, code } of await Promise.all(Array.from({ length: 20 }, () => wrongLogin(attacker.name))))
    expect({ code, said }).toEqual({ code: 7, said: expect.stringContaining(`Failed to connect to ${b.ip} port 587`) })
  const ports = [22, 25, 465, 587, 993, 995, 4190]
  expect(await reached(attacker.name, ports)).toEqual([22])
  expect(await reached(elsewhere.name, ports)).toEqual(ports)
  const sent = await submit({
    on: elsewhere.name,
    server: b.ip,
    from: 'conagi@blue.example',
    to: 'bob@red.example',
    login: await login('conagi@blue.example'),
  })
  expect(sent.said).toMatch(/250 2\.0\.0 Ok: queued as/)

  expect(told(await drift())).toMatchObject({ status: 'converged' })
  expect(told(await apply())).toMatchObject(nothing)
  expect(await reached(attacker.name, ports)).toEqual([22])
})

test('A34 a ban outlives a reload and a restart of firewalld, and unban lifts it', async () => {
  const { login } = await world()
  await on(b.name, 'firewall-cmd --reload')
  expect(await reached(attacker.name, [587, 993])).toEqual([])
  await on(b.name, 'systemctl restart firewalld')
  await until('the ban again', async () => ((await reached(attacker.name, [587, 993])).length === 0 ? true : undefined))
  expect(told(await drift())).toMatchObject({ status: 'converged' })
  await on(b.name, `fail2ban-client unban ${attacker.ip}`)
  const user = await submit({
    on: attacker.name,
    server: b.ip,
    from: 'bob@red.example',
    to: 'conagi@blue.example',
    login: await login('bob@red.example'),
  })
  expect(user.said).toMatch(/250 2\.0\.0 Ok: queued as/)
})

/** What each daemon logs of a client that may not, from the attacker. */
const failures: readonly (readonly [jail: string, fail: () => Promise<unknown>])[] = [
  ['postfix', () => announced({ on: attacker.name, server: b.ip, from: 'x@nodkim.example', to: 'user@gmail.example' })],
  ['postfix-sasl', () => wrongLogin(attacker.name)],
  [
    'dovecot',
    () => tried(attacker.name, `curl -sS -k --max-time 30 --user conagi@blue.example:wrong imaps://${b.ip}/INBOX`),
  ],
  [
    'dovecot',
    () => tried(attacker.name, `curl -sS -k --max-time 30 --user conagi@blue.example:wrong pop3s://${b.ip}/`),
  ],
  [
    'sieve',
    () =>
      tried(
        attacker.name,
        `printf 'AUTHENTICATE "PLAIN" "%s"\\r\\nLOGOUT\\r\\n' "$(printf '\\0conagi@blue.example\\0wrong' | base64)" |
         timeout 30 openssl s_client -quiet -starttls sieve -connect ${b.ip}:4190`,
      ),
  ],
]

test('A34 every jail counts what its daemon logs of the attacker', async () => {
  for (const [jail, fail] of failures) {
    const before = await counted(jail)
    await fail()
    await until(`a failure in jail ${jail}`, async () => ((await counted(jail)) > before ? true : undefined))
  }
  expect(await on(b.name, 'fail2ban-client banned')).not.toContain(attacker.ip)
})

test('A34 mail to unknown users is refused and not counted', async () => {
  const send = (to: string) => announced({ on: attacker.name, server: b.ip, from: 'x@nodkim.example', to })
  const before = await counted('postfix')
  for (const user of ['one', 'two', 'three', 'four', 'five'])
    expect((await send(`${user}@blue.example`)).said).toContain('5.1.1')
  // Lines are read in their order: once this one is counted, those before it were looked at.
  await send('user@gmail.example')
  await until('a failure that counts', async () => ((await counted('postfix')) > before ? true : undefined))
  expect(await counted('postfix')).toBe(before + 1)
})

test('A34 a network that is never banned meets Postfix’s limit instead: 20 of 25 logins are tried', async () => {
  const tries = await Promise.all(Array.from({ length: 25 }, () => wrongLogin(trusted.name)))
  const answers = tries.map(({ said }) => /^< ([45].*)$/m.exec(said)?.[1]?.trim()).sort()
  expect(answers).toEqual([
    ...Array.from({ length: 5 }, () => `450 4.7.1 Error: too many AUTH commands from ${trusted.ip}`),
    ...Array.from({ length: 20 }, () => '535 5.7.8 Error: authentication failed: (reason unavailable)'),
  ])
  expect(await on(b.name, 'fail2ban-client banned')).not.toContain(trusted.ip)
})

test('A34 switched off it is stopped and disabled, and no rule of it is left', async () => {
  const off = () => run(['apply', inventory, '--yes'], false)
  await on(b.name, `fail2ban-client set dovecot banip 192.0.2.99`)
  await until('its table', async () => ((await on(b.name, 'nft list tables')).includes('f2b') ? true : undefined))
  expect(told(await off())).toMatchObject({ status: 'changed' })
  const { stdout } = await tried(b.name, 'systemctl is-active fail2ban; systemctl is-enabled fail2ban')
  expect(stdout).toBe('inactive\ndisabled')
  expect(await on(b.name, 'nft list tables')).not.toContain('f2b')
  expect(told(await off())).toMatchObject(nothing)
})

/** Whether every jail runs; undefined otherwise. */
async function jailsUp(): Promise<true | undefined> {
  const { stdout } = await tried(b.name, 'fail2ban-client status')
  const running = /Jail list:\s*(.*)/.exec(stdout)?.[1]?.split(', ') ?? []
  return jails.every((jail) => running.includes(jail)) || undefined
}

/** A login with a wrong password on 587. */
function wrongLogin(host: string) {
  const login = { user: 'conagi@blue.example', password: 'wrong' }
  return submit({ on: host, server: b.ip, from: login.user, to: 'user@gmail.example', login })
}

/** Failures that a jail has counted since it started. */
async function counted(jail: string): Promise<number> {
  const said = await on(b.name, `fail2ban-client status ${jail}`)
  return Number(/Total failed:\s*(\d+)/.exec(said)?.[1])
}

/** Which of sv1's ports accept a connection from a host. */
async function reached(host: string, ports: readonly number[]): Promise<number[]> {
  const ask = `for port in ${ports.join(' ')}; do timeout 5 bash -c "exec 3<>/dev/tcp/${b.ip}/$port" 2>/dev/null && echo $port; done; true`
  return (await on(host, ask)).split('\n').filter(Boolean).map(Number)
}
