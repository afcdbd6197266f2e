import { expect, test } from 'vitest'
import mail from '../../../../playbooks/mail.ts'
import fail2ban from '../../../../roles/fail2ban/index.ts'
import firewall from '../../../../roles/firewall/index.ts'
import type { Resource } from '../../../../src/model/resource.ts'
import { absentOf, allOthers, allTexts, problemsOf, resourcesOf, textOf, wantOf } from '../evaluated.ts'
import { everything } from '../everything.ts'
import { ordinary } from '../postfix/evaluated.ts'

const roles = mail.plays.flatMap((play) => play.roles)
const webadmin = { sha256: 'a'.repeat(64) }
const own = (all: ReadonlyMap<string, Resource>) => new Map([...all].filter(([id]) => id.includes('fail2ban')))
const whole = (options: object, more: object = {}) =>
  own(resourcesOf(roles, { ...ordinary, webadmin, fail2ban: options, ...more }))
const jails = (resources: ReadonlyMap<string, Resource>) => textOf(resources, '/etc/fail2ban/jail.local')

test.for([
  ['ordinary', whole({ enabled: true })],
  ['everything', own(resourcesOf(roles, everything))],
] as const)('renders its files: %s', async ([name, resources]) => {
  await expect(`${allTexts(resources)}\n${allOthers(resources)}`).toMatchFileSnapshot(`golden/${name}`)
})

test('off by default: nothing is installed, and only what an earlier declaration started is stopped', () => {
  const off = whole({})
  expect([...off.keys()]).toEqual(absentOf(off))
  expect(wantOf(off, 'service:fail2ban.service')).toEqual({
    unit: 'fail2ban.service',
    onlyWhere: { path: '/etc/fail2ban/jail.local', holds: 'orchestrate (role fail2ban)' },
  })
  expect(jails(whole({ enabled: true }))).toContain('orchestrate (role fail2ban)')
})

test('it guards the ports of mail that are open, and no others', () => {
  expect(jails(whole({ enabled: true }))).toContain('\nport = 25,465,587,993,995\n')
  const fewer = whole({ enabled: true }, { pop3: { enabled: false }, submission: { ports: [465] } })
  expect(jails(fewer)).toContain('\nport = 25,465,993\n')
  expect(problemsOf([fail2ban, firewall], { fail2ban: { enabled: true } })).toMatchObject([
    { place: 'fail2ban.enabled', found: 'true without any mail port' },
  ])
})

test('the host itself and the networks that it trusts are never banned', () => {
  const ignored = jails(
    whole({ enabled: true, allow: ['203.0.113.0/24'] }, { smtp: { trustedNetworks: ['192.0.2.0/24'] } }),
  )
  expect(ignored).toContain('\nignoreip = 127.0.0.0/8 ::1/128 192.0.2.0/24 203.0.113.0/24\n')
})

test('unknown users are no reason to ban: a mail server with five stale addresses is not an attacker', () => {
  expect(jails(whole({ enabled: true }))).toContain('\nfilter = postfix[mode=more, exre-user=]\n')
})

test('a jail for ManageSieve where it is served', () => {
  expect(jails(whole({ enabled: true }))).not.toContain('[sieve]')
  expect(jails(whole({ enabled: true }, { managesieve: { public: true } }))).toContain('[sieve]')
})
