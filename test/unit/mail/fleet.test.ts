import { expect, test } from 'vitest'
import { fleetProblems } from '../../../src/mail/fleet.ts'
import { mailHostOf } from './hosts.ts'

const host = (name: string, fqdn: string) => ({
  facts: { name, address: name, groups: [], platform: 'el9' as const },
  vars: { ...mailHostOf({ host: { fqdn } }) },
})

test('a name said in a group’s vars is that of every host in it', () => {
  const hosts = [host('mx1', 'mx1.blue.example'), host('mx2', 'mx1.blue.example'), host('mx3', 'mx3.blue.example')]
  expect(fleetProblems(hosts)).toEqual([
    {
      place: 'hosts.mx2.vars.host.fqdn',
      found: 'mx1.blue.example, which is also mx1',
      allowed: 'each name once: say it host by host',
    },
  ])
})

test('hosts without a name of their own are none of its business', () => {
  const bare = { facts: host('a', 'a.example').facts, vars: {} }
  expect(fleetProblems([bare, bare])).toEqual([])
})

const serving = (name: string, mtaSts: unknown) => ({
  ...host(name, `${name}.blue.example`),
  vars: { ...mailHostOf({ host: { fqdn: `${name}.blue.example` }, extras: { mtaSts } }) },
})
const both = ['mx1.blue.example', 'mx2.blue.example']

test('the MTA-STS policy of a domain names every host that takes its mail, the same on each', () => {
  const enforce = { mode: 'enforce', mx: both }
  expect(fleetProblems([serving('mx1', enforce), serving('mx2', enforce)])).toEqual([])
  expect(fleetProblems([serving('mx1', enforce), serving('mx2', false)])).toEqual([])
  const domains = ['blue.example', 'red.example']
  expect(fleetProblems([serving('mx1', true), serving('mx2', false)])).toEqual(
    domains.map((domain) => ({
      place: 'hosts.mx1.vars.extras.mtaSts.mx',
      found: `no mx2.blue.example, where mail for ${domain} comes in, too`,
      allowed: `every mail server of ${domain}`,
    })),
  )
  expect(fleetProblems([serving('mx1', enforce), serving('mx2', { mx: both })])).toEqual(
    domains.map((domain) => ({
      place: 'hosts.mx2.vars.extras.mtaSts',
      found: `another policy for ${domain} than on mx1`,
      allowed: 'one mode, maxAge and list of servers on all hosts of a domain',
    })),
  )
})
