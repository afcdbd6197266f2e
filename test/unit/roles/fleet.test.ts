import { expect, test } from 'vitest'
import { DeclarationError, type Problem } from '../../../src/kernel/errors.ts'
import { type MailHostParts, mailHosts } from './mail-host.ts'

function problemsOf(...hosts: readonly MailHostParts[]): readonly Problem[] {
  try {
    mailHosts(...hosts)
    return []
  } catch (error) {
    if (error instanceof DeclarationError) return error.problems
    throw error
  }
}

const host = (name: string, fqdn: string): MailHostParts => ({ name, address: name, vars: { host: { fqdn } } })

test('a name said in a group’s vars is that of every host in it', () => {
  const hosts = [host('mx1', 'mx1.blue.example'), host('mx2', 'mx1.blue.example'), host('mx3', 'mx3.blue.example')]
  expect(problemsOf(...hosts)).toEqual([
    {
      place: 'hosts.mx2.vars.host.fqdn',
      found: 'mx1.blue.example, which is also mx1',
      allowed: 'each name once: say it host by host',
    },
  ])
})

test('policies of hosts that share domains are compared', () => {
  const clientNames = ['blue', 'red'].map((word) => ({ name: `mta-sts.${word}.example` }))
  const first = { host: { fqdn: 'mx1.blue.example' }, tls: { clientNames }, extras: { mtaSts: true } }
  const places = problemsOf({ name: 'mx1', address: 'mx1', vars: first }, host('mx2', 'mx2.blue.example'))
  expect(places.map(({ place }) => place)).toEqual(['blue', 'red'].map(() => 'hosts.mx1.vars.extras.mtaSts.mx'))
})
