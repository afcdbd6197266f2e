import { expect, test } from 'vitest'
import mail from '../../../../playbooks/mail.ts'
import type { Resource } from '../../../../src/model/resource.ts'
import { allOthers, allTexts, problemsOf, resourcesOf, textOf, wantOf } from '../evaluated.ts'
import { everything } from '../everything.ts'
import { ordinary as ordinaryMail } from '../postfix/evaluated.ts'

const roles = mail.plays.flatMap((play) => play.roles)
const webadmin = { sha256: 'a'.repeat(64), allowFrom: ['192.0.2.0/24'] }
const ordinary = { ...ordinaryMail, webadmin }

// Its pages say what the other roles serve.
const own = (all: ReadonlyMap<string, Resource>) =>
  new Map([...all].filter(([id]) => id.includes('/var/www/discovery')))
const plain = own(resourcesOf(roles, ordinary))
const full = own(resourcesOf(roles, everything))

test.for([
  ['ordinary', plain],
  ['everything', full],
] as const)('renders what is looked for: %s', async ([name, resources]) => {
  await expect(`${allTexts(resources)}\n${allOthers(resources)}`).toMatchFileSnapshot(`golden/${name}`)
})

const clientNames = ['mta-sts', 'autoconfig'].flatMap((word) => [
  { name: `${word}.blue.example` },
  { name: `${word}.red.example` },
])

test('extras that are simply switched on: a policy in mode testing, settings of what is served', () => {
  const vars = {
    ...ordinary,
    tls: { clientNames },
    extras: { mtaSts: true, autoconfig: true },
    pop3: { enabled: false },
  }
  const resources = resourcesOf(roles, vars)
  expect(textOf(resources, '/var/www/discovery/mta-sts.red.example/.well-known/mta-sts.txt')).toBe(
    'version: STSv1\nmode: testing\nmx: sv1.blue.example\nmax_age: 604800\n',
  )
  const settings = textOf(resources, '/var/www/discovery/autoconfig.red.example/mail/config-v1.1.xml')
  expect(
    [...settings.matchAll(/<hostname>(.*)<\/hostname>\n.*<port>(.*)<\/port>/g)].map(([, ...found]) => found),
  ).toEqual([
    ['sv1.blue.example', '993'],
    ['sv1.blue.example', '465'],
    ['sv1.blue.example', '587'],
  ])
})

test('users are sent to the name of their domain, never to that of a web site', () => {
  const vars = {
    ...ordinary,
    tls: { clientNames: [...clientNames, { name: 'mail.red.example' }] },
    extras: { autoconfig: true },
  }
  const settings = textOf(resourcesOf(roles, vars), '/var/www/discovery/autoconfig.red.example/mail/config-v1.1.xml')
  expect(settings).toContain('<hostname>mail.red.example</hostname>')
  expect(settings).not.toContain('<hostname>autoconfig')
})

const firewallOf = (all: ReadonlyMap<string, Resource>) => wantOf(all, 'firewall-zone:public')

test('443 is open to everyone as soon as something is served to everyone, PostfixAdmin stays closed', () => {
  const off = firewallOf(resourcesOf(roles, ordinary))
  expect(off['services']).not.toContain('https')
  expect(off['richRules']).toHaveLength(1)
  const on = resourcesOf(roles, { ...ordinary, tls: { clientNames }, extras: { mtaSts: true } })
  expect(firewallOf(on)['services']).toContain('https')
  expect(firewallOf(on)['richRules']).toEqual([])
  expect(textOf(on, '/etc/httpd/conf.d/postfixadmin.conf')).toMatch(/Require local\n +Require ip 192\.0\.2\.0\/24/)
})

// Each is a declaration that types let pass, and that cannot work.
test.for<[vars: object, problem: string]>([
  [
    { extras: { mtaSts: true }, tls: { clientNames: clientNames.slice(0, 1) } },
    'extras.mtaSts: no certificate for mta-sts.red.example → mta-sts.red.example in tls.clientNames',
  ],
  [
    { extras: { autoconfig: true }, tls: { clientNames: clientNames.slice(0, 3) } },
    'extras.autoconfig: no certificate for autoconfig.red.example → autoconfig.red.example in tls.clientNames',
  ],
  [{ extras: { caa: [] } }, 'vars.extras.caa: a list → at least one issuer, or false'],
  [{ extras: { caaIodef: 'a@blue.example' } }, 'vars.extras.caaIodef: "a@blue.example" → none while caa is false'],
  [{ extras: { mtaSts: { maxAge: 60 } } }, 'vars.extras.mtaSts.maxAge: 60 → at least 86400'],
  [{ extras: { mtaSts: { maxAge: 40_000_000 } } }, 'vars.extras.mtaSts.maxAge: 40000000 → at most 31557600'],
  [
    { extras: { mtaSts: { mx: ['sv2.blue.example', 'sv2.blue.example'] } } },
    'vars.extras.mtaSts.mx.1: "sv2.blue.example" → every server once',
  ],
  [{ extras: { mtaSts: 'enforce' } }, 'vars.extras.mtaSts: "enforce" → true or false or an object'],
  [{ extras: { tlsRpt: 'nobody' } }, 'vars.extras.tlsRpt: "nobody" → a mail address in lower case'],
])('refuses %j', ([vars, problem]) => {
  const found = problemsOf(roles, { ...ordinary, ...vars })
  expect(found.map((one) => `${one.place}: ${one.found} → ${one.allowed}`).join(' | ')).toBe(problem)
})
