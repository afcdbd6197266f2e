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
