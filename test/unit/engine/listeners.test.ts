import { expect, test } from 'vitest'
import { listenerProblems, mayReach, parseListeners } from '../../../src/engine/listeners.ts'
import type { Endpoint } from '../../../src/model/endpoint.ts'

const smtp: Endpoint = { port: 25, name: 'smtp', purpose: 'SMTP', exposure: 'world' }
const filter: Endpoint = { port: 8891, name: 'milter', purpose: 'a filter', exposure: 'loopback' }
const own: Endpoint = { port: 6000, lastPort: 6010, name: 'own', purpose: 'mine', exposure: 'world', optional: true }

const ss = `LISTEN 0      100          0.0.0.0:25         0.0.0.0:*    users:(("master",pid=10,fd=13))
LISTEN 0      100             [::]:25            [::]:*    users:(("master",pid=10,fd=14))
LISTEN 0      128          0.0.0.0:22         0.0.0.0:*    users:(("sshd",pid=2,fd=3))
LISTEN 0      128        127.0.0.1:6123       0.0.0.0:*    users:(("sshd",pid=2,fd=9))
LISTEN 0      10         127.0.0.1:8891       0.0.0.0:*    users:(("filterd",pid=3,fd=3))`

const problems = (endpoints: readonly Endpoint[], output: string) =>
  listenerProblems(endpoints, parseListeners(output)).map(
    ({ place, found, allowed }) => `${place}: ${found}; ${allowed}`,
  )

test('a host as declared; the operator’s ssh is nobody’s endpoint', () => {
  expect(problems([smtp, filter, own], ss)).toEqual([])
})

test('closed, open to the wrong people, and not declared', () => {
  const seen = ss
    .replace(/.*:25 .*\n/g, '')
    .replace('127.0.0.1:8891', '0.0.0.0:8891')
    .concat('\nLISTEN 0 80 0.0.0.0:3306 0.0.0.0:* users:(("mariadbd",pid=7,fd=20))')
    .concat('\nLISTEN 0 100 127.0.0.1:8894 0.0.0.0:* users:(("filterd",pid=7,fd=20))')
  expect(problems([smtp, filter], seen)).toEqual([
    'port 25 (SMTP): nothing listens; open to the world',
    'port 8891 (a filter): 0.0.0.0; open on 127.0.0.1 only',
    'port 3306: mariadbd on 0.0.0.0; nothing: it is not declared',
    'port 8894: filterd on 127.0.0.1; nothing: it is not declared',
  ])
})

test('an endpoint for the world that listens on loopback only is closed', () => {
  expect(problems([smtp, filter], ss.replace('0.0.0.0:25', '127.0.0.1:25').replace('[::]:25', '[::1]:25'))).toEqual([
    'port 25 (SMTP): 127.0.0.1, ::1; open to the world',
  ])
})

test('a range covers its ports and no other', () => {
  const at = (port: number) => `${ss}\nLISTEN 0 80 0.0.0.0:${port} 0.0.0.0:* users:(("mine",pid=7,fd=20))`
  expect(problems([smtp, filter, own], at(6010))).toEqual([])
  expect(problems([smtp, filter, own], at(6011))).toEqual(['port 6011: mine on 0.0.0.0; nothing: it is not declared'])
})

test('who shares a port with the world is reached by the world', () => {
  const shared = (exposure: Endpoint['exposure']): Endpoint => ({ ...smtp, exposure, purpose: String(exposure) })
  const closed = ss.replace(/.*:25 .*\n/g, '')
  expect(problems([shared(['192.0.2.0/24']), shared('world'), filter], closed)).toEqual([
    'port 25 (world): nothing listens; open to the world',
  ])
  expect(problems([shared([]), shared(['192.0.2.0/24']), filter], closed)).toEqual([
    'port 25 (): nothing listens; open for 192.0.2.0/24',
  ])
  expect(problems([shared([]), filter], closed)).toEqual(['port 25 (): nothing listens; open for the host itself'])
})

test('who is let in', () => {
  const networks = { exposure: ['192.0.2.0/24', '2001:db8::/32'] }
  const addresses = ['192.0.2.7', '::ffff:192.0.2.7', '2001:db8::7', '198.51.100.7', '2001:db9::7', undefined]
  expect(addresses.map((one) => mayReach(networks, one))).toEqual([true, true, true, false, false, true])
  expect(addresses.map((one) => mayReach({ exposure: [] }, one))).toEqual(addresses.map(() => false))
  expect(mayReach({ exposure: 'world' }, '198.51.100.7')).toBe(true)
  expect(mayReach({ exposure: 'loopback' }, '127.0.0.1')).toBe(false)
})
