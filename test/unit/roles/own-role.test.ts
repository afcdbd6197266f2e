import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { defineInventory, definePlaybook, Secret } from '#orchestrate'
import firewall from '../../../roles/firewall/index.ts'
import { templateRenderer } from '../../../src/adapters/templates.ts'
import { evaluate } from '../../../src/dsl/evaluate.ts'
import { secretNeeds } from '../../../src/dsl/secret-needs.ts'
import { fleetRecords } from '../../../src/engine/fleet-records.ts'
import { zoneFile } from '../../../src/report/dns.ts'
import { type VerifyPorts, verifyFleet } from '../../../src/runtime/verify.ts'
import statusPage from '../../fixtures/status-page/index.ts'
import { wantOf } from './evaluated.ts'

// The playbook's one line is all that the rest of a project says of the role.
const inventory = defineInventory({
  playbook: definePlaybook({ name: 'own', plays: [{ on: 'all', roles: [statusPage, firewall] }] }),
  hosts: { sv1: { address: '203.0.113.10', vars: { statusPage: { port: 8080, name: 'status.blue.example' } } } },
})
const template = templateRenderer([fileURLToPath(new URL('../../fixtures/status-page/templates', import.meta.url))])
const [host] = evaluate(inventory, { template, secret: (name) => new Secret(name, 'the token') })
if (!host) throw new Error('no host')
const resources = new Map(host.declaration.roles.flatMap((one) => one.resources.map((each) => [each.id, each])))

/** Ports of a host whose scripts print what `answers` says of each. */
function portsOf(answers: (script: string) => string): VerifyPorts {
  const unused = async () => {
    throw new Error('nobody asks for this')
  }
  return {
    connect: async (name) => ({
      host: name,
      run: async (script) => {
        const parts = String(script)
          .split(/'token \d+'\n\(/)
          .slice(1)
        const stdout = parts.map((part, at) => `\ntoken ${at}\n${answers(part)}\ntoken ${at} end\n`).join('')
        return { code: 0, stdout, stderr: '' }
      },
      close: async () => {},
    }),
    ownAddress: async () => undefined,
    tools: () => ({
      shake: unused,
      converse: unused,
      submit: unused,
      openInbox: unused,
      resolve: unused,
      fetchPage: async () => ({ failed: 'connection refused' }),
    }),
    answers: async () => [{ server: 'ns1', status: 'NXDOMAIN', values: [], texts: [] }],
    token: () => 'token',
    now: () => 0,
    wait: async () => {},
    report: () => {},
  }
}

test('its port is opened, by the firewall that knows nothing of it', () => {
  expect(wantOf(resources, 'firewall-zone:public')['ports']).toEqual(['8080/tcp'])
})

test('its secret is made by `secrets init`, and its file is one that others may not read', () => {
  expect(secretNeeds(inventory)).toMatchObject([{ name: 'status-page/token', roles: ['status-page'] }])
  expect(resources.get('file:/etc/status-page.conf')?.secretFiles).toEqual([{ path: '/etc/status-page.conf' }])
})

test('its record is printed, and looked for', async () => {
  const records = fleetRecords([{ host: 'sv1', sources: host.records, printed: undefined }])
  expect(zoneFile(records)).toContain('; the status page\nstatus.blue.example. IN A 203.0.113.10')
  const results = await verifyFleet(
    [host],
    { days: 14, seconds: 1, dns: true },
    portsOf(() => ''),
  )
  expect(results.find(({ subject }) => subject === 'dns')).toMatchObject({
    title: 'status.blue.example A is published',
    status: 'failed',
    problems: [{ found: 'no such name' }],
  })
})

test('its checks are run and its listener is expected, from outside and from inside', async () => {
  const answers = (script: string) =>
    script.includes('ss -Hltnp') ? 'LISTEN 0 9 0.0.0.0:9999 0.0.0.0:* users:(("x",pid=1,fd=1))' : 'ill'
  const results = await verifyFleet([host], { days: 14, seconds: 1, dns: false }, portsOf(answers))
  const failed = results.flatMap(({ title, problems }) => problems.map(({ found }) => `${title}: ${found}`))
  expect(failed).toEqual([
    'the page answers: connection refused',
    'ports are open as declared and no others: nothing listens',
    'ports are open as declared and no others: x on 0.0.0.0',
    'the host is well: ill',
  ])
})
