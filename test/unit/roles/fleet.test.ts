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

// Somebody else replicates the mail of these domains, so that several hosts may serve them.
const mail = {
  domains: [
    { name: 'blue.example', shared: true },
    { name: 'red.example', shared: true },
  ],
}

const host = (name: string, fqdn: string, more: object = {}): MailHostParts => ({
  name,
  address: name,
  vars: { host: { fqdn }, mail, ...more },
})

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
  const first = host('mx1', 'mx1.blue.example', { tls: { clientNames }, extras: { mtaSts: true } })
  const places = problemsOf(first, host('mx2', 'mx2.blue.example'))
  expect(places.map(({ place }) => place)).toEqual(['blue', 'red'].map(() => 'hosts.mx1.vars.extras.mtaSts.mx'))
})

test('two hosts with one mail domain are refused, unless the domain is shared', () => {
  const own = (...domains: object[]) => ({ mail: { domains, primaryDomain: 'blue.example' } })
  const green = { name: 'green.example' }
  const of = (shared: boolean) => own({ name: 'blue.example', shared }, green)
  const problems = (...vars: readonly object[]) =>
    problemsOf(...vars.map((more, at) => host(`mx${at + 1}`, `mx${at + 1}.blue.example`, more)))
  expect(problems(of(false), of(false), of(false))).toEqual(
    ['mx2', 'mx3'].map((name) => ({
      place: `hosts.${name}.vars.mail.domains`,
      found:
        'blue.example, green.example, served by mx1 too: its mail would be split between the two hosts at random, and they sign with different DKIM keys under one selector',
      allowed:
        'each domain on one host, or shared: true on each of them if something else replicates its mail and keys',
    })),
  )
  expect(problems(of(true), own({ name: 'blue.example', shared: true }))).toEqual([])
  // One side that says so is not enough: the other may not know.
  const blue = (shared: boolean, more: object = { ...green, active: false }) =>
    own({ name: 'blue.example', shared }, more)
  for (const sides of [
    [true, false],
    [false, true],
  ])
    expect(problems(...sides.map((shared) => blue(shared)))).toHaveLength(1)
  expect(problems(blue(true, green), blue(true))).toEqual([])
})
