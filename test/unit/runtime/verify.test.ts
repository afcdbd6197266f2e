import { expect, test } from 'vitest'
import type { CheckTools } from '../../../src/dsl/check.ts'
import { Secret } from '../../../src/kernel/secret.ts'
import { type CheckResult, verifyExit, verifyJson, verifyJunit, verifyText } from '../../../src/report/verify.ts'
import { type VerifyPorts, verifyFleet } from '../../../src/runtime/verify.ts'
import { mailHost, mailHosts } from '../roles/mail-host.ts'

const options = { days: 14, seconds: 2, dns: false }
const unreachable = { failed: 'connection refused' }
const dnsless = async () => {
  throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })
}

interface Parts {
  readonly ports?: Partial<VerifyPorts>
  readonly tools?: Partial<CheckTools>
}

/** Ports of hosts on which everything but the given parts fails or is empty; notes what was sent, removed and run. */
function portsOf({ ports: given, tools }: Parts = {}) {
  const removed: string[] = []
  const sent: string[] = []
  const scripts: string[] = []
  let now = 0
  const ports: VerifyPorts = {
    connect: async (host) => ({
      host,
      run: async (script) => {
        scripts.push(String(script))
        return { code: 0, stdout: '', stderr: '' }
      },
      close: async () => {},
    }),
    ownAddress: async () => '192.0.2.7',
    tools: () => ({
      shake: async () => unreachable,
      fetchPage: async () => unreachable,
      converse: async () => [],
      submit: async (_login, { text }) => String(sent.push(/Message-ID: (.*)/.exec(text)?.[1]?.trim() ?? '')),
      openInbox: async () => ({
        fetch: async () => undefined,
        remove: async (id) => removed.push(id),
        close: async () => {},
      }),
      resolve: dnsless,
      ...tools,
    }),
    answers: async () => [],
    token: () => 'token',
    now: () => now,
    wait: async (milliseconds) => {
      now += milliseconds
    },
    report: () => {},
    ...given,
  }
  return { ports, removed, sent, scripts }
}

const of = (results: readonly CheckResult[], subject: string) => results.filter((one) => one.subject === subject)

test('a message that never arrives is a failure, waited for within the limit, and looked for again to be removed', async () => {
  const { ports, removed, sent } = portsOf()
  const results = await verifyFleet([mailHost()], options, ports)
  expect(of(results, 'mail')[0]?.problems).toEqual([
    { place: 'INBOX of admin@blue.example', found: 'nothing after 2 s', allowed: 'the message' },
  ])
  expect(sent).toHaveLength(1)
  expect(removed).toEqual(sent)
})

test('a stored message is judged by what a receiver would say', async () => {
  const inbox = { fetch: async () => Buffer.from('From: x\r\n\r\n'), remove: async () => 1, close: async () => {} }
  const { ports } = portsOf({ tools: { openInbox: async () => inbox } })
  const found = of(await verifyFleet([mailHost()], options, ports), 'mail')[0]?.problems.map((one) => one.found)
  expect(found).toEqual(['no signature of blue.example', 'spf=none', 'dmarc=none'])
})

test('a receiver that does not check the mail of its own networks need not say what it found', async () => {
  const { secret } = await import('#orchestrate')
  const second = (trustedNetworks: string[]) => ({
    host: { fqdn: 'sv2.green.example' },
    mail: { domains: [{ name: 'green.example' }], primaryDomain: 'green.example', postmaster: 'admin@green.example' },
    accounts: { mailboxes: [{ address: 'admin@green.example', password: secret('mail/green') }] },
    smtp: { trustedNetworks },
  })
  const inbox = { fetch: async () => Buffer.from('From: x\r\n\r\n'), remove: async () => 1, close: async () => {} }
  const missing = async (trustedNetworks: string[]) => {
    const hosts = mailHosts({}, { name: 'sv2', address: '203.0.113.11', vars: second(trustedNetworks) })
    const { ports } = portsOf({ tools: { openInbox: async () => inbox } })
    const found = of(await verifyFleet(hosts, options, ports), 'mail')
    const there = found.filter(({ host, title }) => host === 'sv1' && title.includes('the next host'))
    return there.flatMap(({ problems }) => problems.map((one) => one.found)).filter((one) => one.startsWith('nothing'))
  }
  expect(await missing(['203.0.113.0/24', '2001:db8::/32'])).toEqual([])
  expect(await missing(['198.51.100.0/24'])).toEqual(['nothing about dkim', 'nothing about spf', 'nothing about dmarc'])
})

test('a password that is known as a hash only cannot log in: the check is skipped, with the reason', async () => {
  const [host] = mailHosts({})
  if (!host) throw new Error('no host')
  const hashed = host.provided.map((one) =>
    one.slot.name === 'testMailboxes'
      ? { ...one, value: { address: 'admin@blue.example', password: new Secret('x', '{X}y'), hashed: true } }
      : one,
  )
  const results = await verifyFleet([{ ...host, provided: hashed }], options, portsOf().ports)
  expect(of(results, 'mail')).toMatchObject([{ status: 'skipped', because: expect.stringContaining('as a hash') }])
})

const refusal = async (code: 'E_CONNECT' | 'E_HOST_KEY') => {
  const { OrchestrateError } = await import('../../../src/kernel/errors.ts')
  return new OrchestrateError('sv1: no way in', { code, exit: 'unreachable', hint: 'look at the cable' })
}

test('a host that is down is one result: nobody asks for its ports, its mail or its records', async () => {
  const asked: string[] = []
  const connect = async () => Promise.reject(await refusal('E_CONNECT'))
  const answers = async (name: string, type: string) => {
    asked.push(`${name} ${type}`)
    return [{ server: 'ns', status: 'NOERROR', values: [], texts: [] }]
  }
  const { ports, sent } = portsOf({ ports: { connect, answers } })
  const found = await verifyFleet([mailHost()], { ...options, dns: true }, ports)
  const { host, status, problems } = found[0] ?? {}
  expect({ host, status, problems }).toEqual({
    host: 'sv1',
    status: 'unreachable',
    problems: [{ place: 'sv1', found: 'sv1: no way in', allowed: 'look at the cable' }],
  })
  // Records that the declaration knows are still compared.
  expect(new Set(found.slice(1).map(({ subject }) => subject))).toEqual(new Set(['dns']))
  expect(found.map(({ title }) => title).filter((title) => /domainkey|is known/.test(title))).toEqual([])
  expect(sent).toEqual([])
  expect(asked).toContain('blue.example MX')
})

test('a host that refuses our login can still be looked at from outside', async () => {
  const connect = async () => Promise.reject(await refusal('E_HOST_KEY'))
  const found = await verifyFleet([mailHost()], options, portsOf({ ports: { connect } }).ports)
  expect(found.filter(({ status }) => status === 'unreachable')).toHaveLength(1)
  expect(of(found, 'queue')).toEqual([])
  expect(of(found, 'smtp').every(({ status }) => status === 'passed')).toBe(true)
})

test('the others do not send to a host that is down', async () => {
  const second = {
    host: { fqdn: 'sv2.green.example' },
    mail: { domains: [{ name: 'green.example' }], primaryDomain: 'green.example', postmaster: 'admin@green.example' },
  }
  const { secret } = await import('#orchestrate')
  const accounts = { mailboxes: [{ address: 'admin@green.example', password: secret('mail/green') }] }
  const hosts = mailHosts({}, { name: 'sv2', address: '203.0.113.11', vars: { ...second, accounts } })
  const { ports } = portsOf()
  const connect = async (host: string) =>
    host === 'sv2' ? Promise.reject(await refusal('E_CONNECT')) : ports.connect(host)
  const titles = of(await verifyFleet(hosts, options, { ...ports, connect }), 'mail').map(({ title }) => title)
  expect(titles).toEqual([expect.stringContaining('mail from admin@blue.example reaches admin@blue.example')])
})

test('everything that the host itself is asked travels in one command', async () => {
  const { ports, scripts } = portsOf()
  await verifyFleet([mailHost({ extras: { dane: true } })], { ...options, dns: true }, ports)
  expect(scripts).toHaveLength(1)
  for (const part of ['ss -Hltnp', '/var/spool/postfix', '/etc/opendkim/keys', '/etc/openarc/keys', 'postconf -xh'])
    expect(scripts[0]).toContain(part)
})

test('files with secrets are those that the resources of the host declare', async () => {
  const { ports, scripts } = portsOf()
  await verifyFleet([mailHost({ rbl: { spamhausDqsKey: undefined } })], options, ports)
  for (const path of [
    '/etc/postsrsd.secret',
    '/etc/postfix/tls_server_sni_maps',
    '/etc/postfix/tls_server_sni_maps.db',
    '/etc/postfix/sql/domains.cf',
    '/etc/dovecot/dovecot-sql.conf.ext',
    '/etc/letsencrypt/live/sv1.blue.example/privkey.pem',
  ])
    expect(scripts[0]).toContain(path)
})

test('two hosts send to each other as well', async () => {
  const second = {
    host: { fqdn: 'sv2.green.example' },
    mail: { domains: [{ name: 'green.example' }], primaryDomain: 'green.example', postmaster: 'admin@green.example' },
  }
  const [, { secret }] = [mailHost, await import('#orchestrate')] as const
  const accounts = { mailboxes: [{ address: 'admin@green.example', password: secret('mail/green') }] }
  const hosts = mailHosts({}, { name: 'sv2', address: '203.0.113.11', vars: { ...second, accounts } })
  const titles = of(await verifyFleet(hosts, options, portsOf().ports), 'mail').map(({ title }) =>
    title.replace(/ signed.*/, ''),
  )
  expect(titles).toEqual([
    'mail from admin@blue.example reaches admin@blue.example',
    'mail from admin@blue.example reaches the next host',
    'mail from admin@green.example reaches admin@green.example',
    'mail from admin@green.example reaches the next host',
  ])
})

test('a machine outside webadmin.allowFrom skips the web site, and says so', async () => {
  const host = mailHost({ webadmin: { allowFrom: ['198.51.100.0/24'] } })
  const tls = of(await verifyFleet([host], options, portsOf().ports), 'tls')
  expect(tls.filter(({ title }) => title.includes('443'))).toEqual([
    {
      host: 'sv1',
      subject: 'tls',
      title: 'TLS on 443 (PostfixAdmin)',
      status: 'skipped',
      problems: [],
      because: '192.0.2.7, this machine, is not in 198.51.100.0/24',
    },
  ])
  const inside = portsOf({ ports: { ownAddress: async () => '198.51.100.7' } })
  const seen = of(await verifyFleet([host], options, inside.ports), 'tls')
  expect(seen.filter(({ title, status }) => title.includes('443') && status === 'failed')).toHaveLength(3)
})

test('a web site that the firewall opens to nobody is not asked for its certificate', async () => {
  const tls = of(await verifyFleet([mailHost()], options, portsOf().ports), 'tls')
  expect(tls.some(({ title }) => title.includes('993'))).toBe(true)
  expect(tls.some(({ title }) => title.includes('443'))).toBe(false)
})

test('every policy is fetched, and compared', async () => {
  const names = ['blue', 'red'].map((word) => ({ name: `mta-sts.${word}.example` }))
  const policy = 'version: STSv1\nmode: testing\nmx: sv1.blue.example\nmax_age: 604800\n'
  const asked: string[] = []
  const { ports } = portsOf({
    tools: {
      fetchPage: async ({ name, path }) => {
        asked.push(`https://${name}${path}`)
        const text = name.includes('blue') ? policy : policy.replace('testing', 'none')
        return { status: 200, type: 'text/plain', text }
      },
    },
  })
  const found = of(
    await verifyFleet([mailHost({ tls: { clientNames: names }, extras: { mtaSts: true } })], options, ports),
    'web',
  )
  expect(asked).toEqual(['blue', 'red'].map((word) => `https://mta-sts.${word}.example/.well-known/mta-sts.txt`))
  expect(found.map(({ title, status }) => `${status}: ${title}`)).toEqual([
    'passed: the MTA-STS policy at mta-sts.blue.example is the declared one',
    'failed: the MTA-STS policy at mta-sts.red.example is the declared one',
  ])
})

const results: CheckResult[] = [
  { host: 'sv1', subject: 'tls', title: 'TLS on 465 shows a & b', status: 'passed', problems: [] },
  {
    host: 'sv1',
    subject: 'queue',
    title: 'the mail queue is empty',
    status: 'failed',
    problems: [{ place: 'queue deferred', found: '2 <messages>', allowed: 'empty' }],
  },
  { host: 'sv2', subject: 'mail', title: 'mail flows', status: 'skipped', problems: [], because: 'no account' },
]
const record = { started: '2026-11-24T00:00:00.000Z', milliseconds: 1_500, results }

test('as text', () => {
  expect(verifyText(record)).toBe(`sv1
  ✓ TLS      1 of 1 as wanted
  ✗ queue    0 of 1 as wanted
      not: the mail queue is empty
        queue deferred: found 2 <messages>; wanted empty

sv2
  – mail     0 of 0 as wanted
      skipped: mail flows: no account

3 checks: 1 passed, 1 failed, 1 skipped, 1.5 s
`)
})

const refused = (port: number): CheckResult => ({
  host: 'sv1',
  subject: 'tls',
  title: `TLS on ${port} shows sv1.blue.example`,
  status: 'failed',
  problems: [{ place: `TLS on ${port}`, found: 'connection refused', allowed: 'a certificate' }],
})

test('one cause is one line, and a host that is down is one line with its hint', () => {
  const down: CheckResult = {
    host: 'sv2',
    subject: 'host',
    title: 'the host can be asked',
    status: 'unreachable',
    problems: [{ place: 'sv2', found: 'sv2: connection refused', allowed: 'Check the address.\nssh root@sv2' }],
  }
  const all = { ...record, results: [...[443, 465, 587, 993, 995].map(refused), down] }
  expect(verifyText(all)).toBe(`sv1
  ✗ TLS      0 of 5 as wanted
      connection refused: TLS on 443, TLS on 465, TLS on 587 and 2 more (5 checks)

sv2: unreachable: connection refused
  → Check the address.
    ssh root@sv2

5 checks: 0 passed, 5 failed, 0 skipped; 1 host unreachable, 1.5 s
`)
  expect([verifyExit(all), verifyExit({ results: [down] })]).toEqual(['failed', 'unreachable'])
  expect(JSON.parse(verifyJson({ ...record, results: [down] }))).toMatchObject({ exitCode: 3 })
  expect(verifyJunit({ ...record, results: [down] })).toContain('<error message="sv2: found sv2: connection refused')
})

test('as JSON and JUnit', () => {
  expect(JSON.parse(verifyJson(record))).toMatchObject({ schema: 'orchestrate/verify/1', exitCode: 1, results })
  expect(verifyExit({ results: results.slice(0, 1) })).toBe('ok')
  expect(verifyJunit(record)).toContain(
    '<testsuites name="orchestrate verify" tests="3" failures="1" errors="0" skipped="1" time="1.500">',
  )
  expect(verifyJunit(record)).toContain('<testcase classname="sv1.tls" name="TLS on 465 shows a &amp; b"/>')
  expect(verifyJunit(record)).toContain('<failure message="queue deferred: found 2 &lt;messages&gt;; wanted empty">')
  expect(verifyJunit(record)).toContain('<skipped message="no account"/>')
})
