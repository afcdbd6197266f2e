import { expect, test } from 'vitest'
import {
  mtaStsPolicy,
  policyProblems,
  policyRecords,
  sharedPolicyProblems,
} from '../../../../roles/discovery/policy.ts'

const policy = mtaStsPolicy('sv1.blue.example', true) ?? ''
const place = 'https://mta-sts.blue.example/.well-known/mta-sts.txt'
const good = { status: 200, type: 'text/plain; charset=UTF-8', text: policy }

test('a host without MTA-STS has no policy', () => {
  expect(mtaStsPolicy('sv1.blue.example', false)).toBeUndefined()
  expect(policyRecords(['blue.example'], undefined)).toEqual([])
})

test('the policy as declared', () => {
  expect(policy).toBe('version: STSv1\nmode: testing\nmx: sv1.blue.example\nmax_age: 604800\n')
  expect(policyProblems(place, policy, good)).toEqual([])
})

test('what senders would not follow or believe is a problem (RFC 8461, 3.3)', () => {
  const found = (fetched: Parameters<typeof policyProblems>[2]) =>
    policyProblems(place, policy, fetched).map((one) => one.found)
  expect(found({ failed: 'connect ECONNREFUSED' })).toEqual(['connect ECONNREFUSED'])
  expect(found({ ...good, status: 301 })).toEqual(['status 301'])
  expect(found({ ...good, type: 'text/html' })).toEqual(['text/html'])
  expect(found({ ...good, text: policy.replace('sv1', 'sv2') })).toEqual([
    'version: STSv1, mode: testing, mx: sv2.blue.example, max_age: 604800',
  ])
})

test('the id of a policy follows from its text alone', () => {
  const idOf = (said: Parameters<typeof mtaStsPolicy>[1]) =>
    policyRecords(['blue.example'], mtaStsPolicy('sv1.blue.example', said))[0]?.value
  expect(idOf(true)).toMatch(/^v=STSv1; id=[0-9a-z]{1,32}$/)
  expect(idOf({ mode: 'testing', maxAge: 604_800, mx: [] })).toBe(idOf(true))
  expect(idOf({ mode: 'enforce', maxAge: 604_800, mx: [] })).not.toBe(idOf(true))
})

const serving = (name: string, mtaSts: Parameters<typeof mtaStsPolicy>[1]) => ({
  name,
  fqdn: `${name}.blue.example`,
  domains: ['blue.example', 'red.example'],
  policy: mtaStsPolicy(`${name}.blue.example`, mtaSts),
})

test('the policy of a domain names every host that takes its mail, the same on each', () => {
  const enforce = { mode: 'enforce', maxAge: 604_800, mx: ['mx1.blue.example', 'mx2.blue.example'] } as const
  const domains = ['blue.example', 'red.example']
  expect(sharedPolicyProblems([serving('mx1', enforce), serving('mx2', enforce)])).toEqual([])
  expect(sharedPolicyProblems([serving('mx1', enforce), serving('mx2', false)])).toEqual([])
  expect(sharedPolicyProblems([serving('mx1', true), serving('mx2', false)])).toEqual(
    domains.map((domain) => ({
      place: 'hosts.mx1.vars.extras.mtaSts.mx',
      found: `no mx2.blue.example, where mail for ${domain} comes in, too`,
      allowed: `every mail server of ${domain}`,
    })),
  )
  expect(sharedPolicyProblems([serving('mx1', enforce), serving('mx2', { ...enforce, mode: 'testing' })])).toEqual(
    domains.map((domain) => ({
      place: 'hosts.mx2.vars.extras.mtaSts',
      found: `another policy for ${domain} than on mx1`,
      allowed: 'one mode, maxAge and list of servers on all hosts of a domain',
    })),
  )
})
