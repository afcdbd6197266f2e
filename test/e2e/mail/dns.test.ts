import { beforeAll, expect, test } from 'vitest'
import { orchestrate } from '../support/orchestrate.ts'
import { on, places } from './world/index.ts'
import { inventory, world } from './world/managed.ts'

beforeAll(world)

const check = () => orchestrate('dns', inventory, 'check', '--server', places.dns.ip)

test('every record is published as computed', async () => {
  const { code, stdout } = await check()
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^\d+ records, 0 not as wanted\n$/) })
})

test('the extras of sv2 are in DNS, and its TLSA record is of the key that port 25 shows', async () => {
  const { a, b2 } = places
  await world()
  const dig = (name: string, type: string) => on(a.name, `dig +short ${name} ${type} | sort`)
  expect(await dig('_mta-sts.green.example', 'TXT')).toMatch(/^"v=STSv1; id=[0-9a-f]{20}"$/)
  expect(await dig('_smtp._tls.green.example', 'TXT')).toBe('"v=TLSRPTv1; rua=mailto:admin@green.example"')
  expect(await dig('green.example', 'CAA')).toBe('0 iodef "mailto:admin@green.example"\n0 issue "letsencrypt.org"')
  const shown = `openssl s_client -connect ${b2.ip}:25 -starttls smtp -servername ${b2.fqdn} </dev/null 2>/dev/null`
  const key = 'openssl x509 -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum | cut -d" " -f1'
  const hash = (await on(a.name, `${shown} | ${key}`)).trim()
  expect(hash).toMatch(/^[0-9a-f]{64}$/)
  const tlsa = (await dig(`_25._tcp.${b2.fqdn}`, 'TLSA')).trim()
  // dig cuts long data in two.
  expect(tlsa.replace(/(?<=^\d \d \d .*) /, '').toLowerCase()).toBe(`3 1 1 ${hash}`)
})

test('A33 another id, another issuer and another key are named', async () => {
  const { dns } = await world()
  const change = (text: string) =>
    text
      .replace(/^(_mta-sts\.green\.example\. IN TXT "v=STSv1; id=).*"$/m, '$1old"')
      .replace(/^(green\.example\. IN CAA 0 issue) .*$/m, '$1 "other-ca.example"')
      .replace(/^(_25\._tcp\.sv2\.green\.example\. IN TLSA 3 1 1) .*$/m, `$1 ${'0'.repeat(64)}`)
  const { code, stdout } = await dns.damaged('managed', change, check)
  expect(code).toBe(1)
  expect(stdout).toMatch(/✗ _mta-sts\.green\.example TXT at .*\n {4}found {3}chunk 1 of 1 differs at octet 12: old\n/)
  expect(stdout).toMatch(
    /✗ green\.example CAA at .*\n {4}found .*0 issue "other-ca\.example".*\n {4}wanted .*"letsencrypt\.org"/,
  )
  expect(stdout).toMatch(
    /✗ _25\._tcp\.sv2\.green\.example TLSA at .*\n {4}found {3}3 1 1 0{64}\n {4}wanted {2}3 1 1 [0-9a-f]{64}/,
  )
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
