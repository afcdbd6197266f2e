import { expect, test } from 'vitest'
import { Secret } from '../../../src/kernel/secret.ts'
import type { CheckResult } from '../../../src/mail/checks/check.ts'
import { handshakes } from '../../../src/mail/checks/tls.ts'
import { verifyFleet } from '../../../src/runtime/verify.ts'
import type { VerifyPorts, VerifyTarget } from '../../../src/runtime/verify-ports.ts'
import { anyFailed, verifyJson, verifyJunit, verifyText } from '../../../src/runtime/verify-report.ts'
import { mailHostOf } from './hosts.ts'

const account = { address: 'admin@blue.example', password: new Secret('mail/admin', 'x') }
const target: VerifyTarget = { host: mailHostOf({}), account }
const options = { days: 14, seconds: 2, dns: false }
const unreachable = { failed: 'connection refused' }

/** Ports of a host on which everything but the given parts fails or is empty; notes what was sent and removed. */
function portsOf(parts: Partial<VerifyPorts> = {}) {
  const removed: string[] = []
  const sent: string[] = []
  let now = 0
  const ports: VerifyPorts = {
    connect: async (host) => ({
      host,
      run: async () => ({ code: 0, stdout: '@listeners\n@queue\n', stderr: '' }),
      close: async () => {},
    }),
    ownAddress: async () => '192.0.2.7',
    shake: async () => unreachable,
    fetchPage: async () => unreachable,
    converse: async () => [],
    submit: async (_target, _account, { id }) => String(sent.push(id)),
    inbox: async () => ({
      fetch: async () => undefined,
      remove: async (id) => removed.push(id),
      close: async () => {},
    }),
    judge: async () => ({ dkim: [], spf: 'none', dmarc: 'none', arc: 'none', arcSets: 0 }),
    answers: async () => [],
    token: () => 'token',
    now: () => now,
    wait: async (milliseconds) => {
      now += milliseconds
    },
    report: () => {},
    ...parts,
  }
  return { ports, removed, sent }
}

const of = (results: readonly CheckResult[], subject: CheckResult['subject']) =>
  results.filter((one) => one.subject === subject)

test('a message that never arrives is a failure, waited for within the limit, and looked for again to be removed', async () => {
  const { ports, removed, sent } = portsOf()
  const results = await verifyFleet([target], options, ports)
  expect(of(results, 'mail')[0]?.problems).toEqual([
    { place: 'INBOX of admin@blue.example', found: 'nothing after 2 s', allowed: 'the message' },
  ])
  expect(removed).toEqual(sent)
})

test('a stored message is judged by what a receiver would say', async () => {
  const { ports } = portsOf({
    inbox: async () => ({
      fetch: async () => Buffer.from('From: x\r\n\r\n'),
      remove: async () => 1,
      close: async () => {},
    }),
  })
  const found = of(await verifyFleet([target], options, ports), 'mail')[0]?.problems.map((one) => one.found)
  expect(found).toEqual(['no signature of blue.example', 'spf=none', 'dmarc=none'])
})

test('without an account mail is skipped, with the reason; a host that cannot be asked fails one check only', async () => {
  const { ports } = portsOf()
  const without = { host: target.host, account: undefined, because: 'no secret' }
  const results = await verifyFleet([without], options, ports)
  expect(of(results, 'mail')).toMatchObject([{ status: 'skipped', because: 'no secret' }])
  expect(of(results, 'tls')).toHaveLength(handshakes(target.host).length)
})

test('two hosts send to each other as well', async () => {
  const second: VerifyTarget = {
    host: mailHostOf({ host: { fqdn: 'sv2.green.example' } }, { name: 'sv2', address: '203.0.113.11' }),
    account: { ...account, address: 'admin@green.example' },
  }
  const { ports } = portsOf()
  const titles = of(await verifyFleet([target, second], options, ports), 'mail').map(({ title }) =>
    title.replace(/ signed.*/, ''),
  )
  expect(titles).toEqual([
    'mail from admin@blue.example reaches admin@blue.example',
    'mail from admin@blue.example reaches admin@green.example',
    'mail from admin@green.example reaches admin@green.example',
    'mail from admin@green.example reaches admin@blue.example',
  ])
})

test('a machine outside webadmin.allowFrom skips the web site, and says so', async () => {
  const host = mailHostOf({ webadmin: { allowFrom: ['198.51.100.0/24'] } })
  const tls = of(await verifyFleet([{ host, account }], options, portsOf().ports), 'tls')
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
  const inside = portsOf({ ownAddress: async () => '198.51.100.7' })
  const seen = of(await verifyFleet([{ host, account }], options, inside.ports), 'tls')
  expect(seen.filter(({ title, status }) => title.includes('443') && status === 'failed')).toHaveLength(3)
})

test('every policy is fetched from the host that is verified, and compared', async () => {
  const host = mailHostOf({ extras: { mtaSts: true } })
  const asked: string[] = []
  const { ports } = portsOf({
    fetchPage: async (address, { name, path, text }) => {
      asked.push(`${address} https://${name}${path}`)
      return { status: 200, type: 'text/plain', text: name.includes('blue') ? text : text.replace('testing', 'none') }
    },
  })
  const found = of(await verifyFleet([{ host, account }], options, ports), 'web')
  expect(asked).toEqual(
    ['blue', 'red'].map((word) => `203.0.113.10 https://mta-sts.${word}.example/.well-known/mta-sts.txt`),
  )
  expect(found.map(({ title, status }) => `${status}: ${title}`)).toEqual([
    'passed: the MTA-STS policy at mta-sts.blue.example is the declared one',
    'failed: the MTA-STS policy at mta-sts.red.example is the declared one',
  ])
  expect(found[1]?.problems).toEqual([
    {
      place: 'https://mta-sts.red.example/.well-known/mta-sts.txt',
      found: 'version: STSv1, mode: none, mx: sv1.blue.example, max_age: 604800',
      allowed: 'version: STSv1, mode: testing, mx: sv1.blue.example, max_age: 604800',
    },
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

test('as JSON and JUnit', () => {
  expect(JSON.parse(verifyJson(record))).toMatchObject({ schema: 'orchestrate/verify/1', exitCode: 1, results })
  expect(anyFailed({ results: results.slice(0, 1) })).toBe(false)
  expect(verifyJunit(record)).toContain(
    '<testsuites name="orchestrate verify" tests="3" failures="1" skipped="1" time="1.500">',
  )
  expect(verifyJunit(record)).toContain('<testcase classname="sv1.tls" name="TLS on 465 shows a &amp; b"/>')
  expect(verifyJunit(record)).toContain('<failure message="queue deferred: found 2 &lt;messages&gt;; wanted empty">')
  expect(verifyJunit(record)).toContain('<skipped message="no account"/>')
})
