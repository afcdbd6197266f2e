import { expect, test } from 'vitest'
import mail from '../../../../playbooks/mail.ts'
import firewall from '../../../../roles/firewall/index.ts'
import type { Resource } from '../../../../src/model/resource.ts'
import { allOthers, resourcesOf, wantOf } from '../evaluated.ts'
import { everything } from '../everything.ts'
import { ordinary } from '../postfix/evaluated.ts'

const roles = mail.plays.flatMap((play) => play.roles)
const own = (all: ReadonlyMap<string, Resource>) => new Map([...all].filter(([id]) => id.includes('firewall')))
const plain = own(resourcesOf(roles, { ...ordinary, webadmin: { sha256: 'a'.repeat(64) } }))
const full = own(resourcesOf(roles, everything))

test.for([
  ['ordinary', plain],
  ['everything', full],
] as const)('opens what the roles serve: %s', async ([name, resources]) => {
  await expect(allOthers(resources)).toMatchFileSnapshot(`golden/${name}`)
})

test('nothing but ssh where no role serves anything, and ssh in any case', () => {
  const alone = resourcesOf([firewall], { firewall: { services: [] } })
  expect(wantOf(alone, 'firewall-zone:public')).toMatchObject({
    services: ['ssh'],
    ports: [],
    richRules: [],
    exclusive: true,
  })
})

test('no plain listener, no ManageSieve and no web for the world unless asked', () => {
  expect(wantOf(plain, 'firewall-zone:public')['services']).toEqual([
    'dhcpv6-client',
    'imaps',
    'pop3s',
    'smtp',
    'smtp-submission',
    'smtps',
    'ssh',
  ])
})

test('the web interface is open to named networks only', () => {
  const named = own(resourcesOf(roles, { ...everything, extras: {} }))
  expect(wantOf(named, 'firewall-zone:mail')['services']).not.toContain('https')
  expect(wantOf(named, 'firewall-zone:mail')['richRules']).toEqual([
    'rule family="ipv4" source address="192.0.2.0/24" service name="https" accept',
    'rule family="ipv6" source address="2001:db8::/32" service name="https" accept',
  ])
})
