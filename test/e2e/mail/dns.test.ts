import { beforeAll, expect, test } from 'vitest'
import { orchestrate } from '../support/orchestrate.ts'
import { places } from './world/index.ts'
import { inventory, world } from './world/managed.ts'

beforeAll(world)

const check = () => orchestrate('dns', inventory, 'check', '--server', places.dns.ip)

test('every record is published as computed', async () => {
  const { code, stdout } = await check()
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^\d+ records, 0 not as wanted\n$/) })
})

test('A33 a missing TXT chunk, somebody else’s PTR and a second SPF record are named, with the difference', async () => {
  const { dns } = await world()
  const change = (text: string) =>
    `${text}\nblue.example. IN TXT "v=spf1 include:old.example ~all"\n`
      .replace(/^(s1\._domainkey\.blue\.example\. IN TXT "[^"]+") "[^"]+"/m, '$1')
      .replace(/^(71\.7\.89\.10\.in-addr\.arpa\. IN PTR) .*$/m, '$1 vps-71.hoster.example.')
  const { code, stdout } = await dns.damaged('managed', change, check)
  expect(code).toBe(1)
  expect(stdout).toMatch(
    /✗ s1\._domainkey\.blue\.example TXT at 10\.89\.7\.53\n {4}found {3}chunk 2 of 2 missing: 255 of 410 octets/,
  )
  expect(stdout).toMatch(
    /✗ 71\.7\.89\.10\.in-addr\.arpa PTR at .*\n {4}found {3}vps-71\.hoster\.example\n {4}wanted {2}sv1\.blue\.example/,
  )
  expect(stdout).toMatch(
    /✗ blue\.example TXT at .*\n {4}found {3}2 records that start with v=spf1\n {4}wanted {2}exactly one/,
  )
  expect(stdout).toContain(' 3 not as wanted')
})

test('A33 a PTR that is missing', async () => {
  const { dns } = await world()
  const none = (text: string) => text.replace(/^71\.7\.89\.10\.in-addr\.arpa\..*\n/m, '')
  const { stdout } = await dns.damaged('managed', none, check)
  expect(stdout).toMatch(
    /✗ 71\.7\.89\.10\.in-addr\.arpa PTR at .*\n {4}found {3}no such name\n {4}wanted {2}sv1\.blue\.example/,
  )
})
