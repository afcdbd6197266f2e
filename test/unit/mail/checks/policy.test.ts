import { expect, test } from 'vitest'
import { policyPages, policyProblems } from '../../../../src/mail/checks/policy.ts'
import { mailHostOf } from '../hosts.ts'

const [page] = policyPages(mailHostOf({ mail: { domains: [{ name: 'blue.example' }] }, extras: { mtaSts: true } }))
if (!page) throw new Error('this host has no policy')
const good = { status: 200, type: 'text/plain; charset=UTF-8', text: page.text }

test('a host without MTA-STS has no policy to look at', () => {
  expect(policyPages(mailHostOf({ extras: { autoconfig: true } }))).toEqual([])
})

test('the policy as declared', () => {
  expect(page).toEqual({
    name: 'mta-sts.blue.example',
    path: '/.well-known/mta-sts.txt',
    text: 'version: STSv1\nmode: testing\nmx: sv1.blue.example\nmax_age: 604800\n',
  })
  expect(policyProblems(page, good)).toEqual([])
})

test('what senders would not follow or believe is a problem (RFC 8461, 3.3)', () => {
  const found = (fetched: Parameters<typeof policyProblems>[1]) => policyProblems(page, fetched).map((one) => one.found)
  expect(found({ failed: 'connect ECONNREFUSED' })).toEqual(['connect ECONNREFUSED'])
  expect(found({ ...good, status: 301 })).toEqual(['status 301'])
  expect(found({ ...good, type: 'text/html' })).toEqual(['text/html'])
  expect(found({ ...good, text: page.text.replace('sv1', 'sv2') })).toEqual([
    'version: STSv1, mode: testing, mx: sv2.blue.example, max_age: 604800',
  ])
})
