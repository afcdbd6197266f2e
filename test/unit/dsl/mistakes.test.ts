import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { templateRenderer } from '../../../src/adapters/templates.ts'
import { evaluate } from '../../../src/dsl/evaluate.ts'
import { defineInventory, type Inventory } from '../../../src/dsl/inventory.ts'
import { definePlaybook } from '../../../src/dsl/playbook.ts'
import { defineRole } from '../../../src/dsl/role.ts'
import { secret } from '../../../src/dsl/secret-reference.ts'
import { slot } from '../../../src/dsl/slot.ts'
import { file } from '../../../src/kinds/file.ts'
import { mail, mistakes, opendkim, ports, postfix } from './sample.ts'

let templates = ''
beforeAll(() => {
  templates = mkdtempSync(join(tmpdir(), 'templates-'))
  writeFileSync(join(templates, 'dovecot.conf.ejs'), 'protocols = imap\nhostname = <%= it.fqdn %>\n')
})
afterAll(() => rmSync(templates, { recursive: true }))

const one = slot<string>('one', { first: 'providers' })
const two = slot<string>('two', { first: 'collectors' })

const dovecot = defineRole({
  name: 'dovecot',
  description: 'gives mail out',
  vars: {},
  secrets: () => [{ name: 'db/dovecot', description: 'database account' }],
  provides: () => [one('x')],
  resources: ({ template }) => [
    file({ path: '/etc/dovecot/dovecot.conf', content: template('dovecot.conf.ejs', { fqnd: 'sv1.blue.example' }) }),
    file({ path: '/etc/dovecot/users', content: '', mode: '640' }),
  ],
})

const web = defineRole({
  name: 'web',
  description: 'shows pages',
  vars: {},
  collects: [one, two],
  resources: () => [],
})

const circular = defineRole({
  name: 'circular',
  description: 'wants to be before and after',
  vars: {},
  collects: [one],
  provides: () => [two('x'), one('y')],
  resources: () => [],
})

// What JavaScript or a value from outside would give: the type checker is told to look away.
function unchecked(inventory: unknown): Inventory {
  return defineInventory<unknown>(inventory as Inventory)
}

test('ten different mistakes are told at once, each with place, found and allowed', () => {
  const playbook = definePlaybook({
    name: 'mail',
    plays: [{ on: 'all', roles: [postfix, opendkim, dovecot, web, circular, 'nginx' as never] }],
  })
  const inventory = unchecked({
    playbook,
    hosts: {
      sv1: { address: '192.0.2.1', groups: ['mail'], vars: { mail: { domain: 'blue.example', maxSize: 5 } } },
      sv2: {
        address: '192.0.2.1',
        groups: ['mail'],
        vars: { mail: { domain: 'blue_example', limits: { size: '25 MB' } } },
      },
    },
    groups: { mail: { vars: { filter: { port: 70000 } } }, spare: {} },
    vars: { mail: { domain: 'blue.example' } },
  })
  const found = mistakes(inventory, { template: templateRenderer([templates]), secret: () => undefined })
  expect(found.map(({ place, found: what, allowed }) => `${place}: ${what} → ${allowed}`)).toMatchInlineSnapshot(`
    [
      "hosts.sv2.address: "192.0.2.1", which is also hosts.sv1 → each host once",
      "groups.spare: no host in this group → a group that at least one host names in its \`groups\`",
      "playbook mail, play 1.roles.5: "nginx", an unknown role → a role made by defineRole",
      "hosts.sv1.vars.mail.maxSize: unknown key "maxSize" → domain, aliases, limits, password",
      "groups.mail.vars.filter.port: 70000 → at most 65535",
      "playbook, order of roles: a circle: web → circular → web → slots that put every role before or after another",
      "role dovecot: template dovecot.conf.ejs, line 2: it.fqdn does not exist; there is fqnd → did you mean it.fqnd?",
      "role dovecot, file:/etc/dovecot/users.mode: "640" → four octal digits such as 0644",
      "hosts.sv2.vars.mail.domain: "blue_example" → a domain name such as blue.example",
      "hosts.sv2.vars.mail.limits.size: "25 MB" → a number",
      "secrets: nothing in the secret store → values; run \`orchestrate secrets init INVENTORY\`",
    ]
  `)
})

test('one sentence each in the message', () => {
  const inventory = defineInventory({
    playbook: mail,
    hosts: { sv1: { address: '192.0.2.1' } },
    vars: { mail: { domain: 'blue' } },
  })
  expect(() => evaluate(inventory, ports)).toThrowErrorMatchingInlineSnapshot(`
    [OrchestrateError: 1 mistake in the declaration; no host was contacted
      vars.mail.domain: found "blue"; allowed: a domain name such as blue.example]
  `)
})

test('a mistake is told once, at the strongest level that sets it', () => {
  const hosts = Object.fromEntries(
    ['a', 'b', 'c'].map((name, index) => [name, { address: `192.0.2.${index}`, groups: ['mail'] }]),
  )
  const inventory = unchecked({
    playbook: mail,
    hosts,
    groups: { mail: { vars: { mail: { domain: 5 } } } },
    vars: { mail: { domain: 'x', wrong: 1 } },
  })
  expect(mistakes(inventory).map(({ place, found }) => `${place}: ${found}`)).toEqual([
    'groups.mail.vars.mail.domain: 5',
    'vars.mail.wrong: unknown key "wrong"',
  ])
})

test('a required section that nobody sets', () => {
  const inventory = unchecked({ playbook: mail, hosts: { sv1: { address: '192.0.2.1' } } })
  expect(mistakes(inventory)).toMatchInlineSnapshot(`
    [
      {
        "allowed": "a domain name such as blue.example",
        "found": "nothing",
        "place": "vars.mail.domain",
        "says": "missing; expected a domain name such as blue.example",
        "section": "mail",
      },
    ]
  `)
})

test('hosts, groups and plays', () => {
  const playbook = definePlaybook({ name: 'p', plays: [{ on: 'web', roles: [] }] })
  const inventory = unchecked({
    playbook,
    platform: 'debian',
    hosts: {
      'sv 1': { address: '192.0.2.1' },
      sv2: { address: 'two words', groups: ['nowhere'] },
      sv3: { adress: '192.0.2.3' },
      sv4: { address: '192.0.2.1', ssh: { port: 2222 } },
    },
    groups: { mail: { hosts: [] } },
  })
  expect(
    mistakes(inventory).map(({ place, found: what, allowed }) => `${place}: ${what} → ${allowed}`),
  ).toMatchInlineSnapshot(`
    [
      "hosts.sv 1: "sv 1" → letters, digits and . _ -",
      "hosts.sv 1.platform: "debian" → "el9"",
      "hosts.sv2.address: "two words" → an IP address or a host name",
      "hosts.sv3.adress: unknown key "adress" → address, groups, platform, ssh, vars; did you mean address?",
      "hosts.sv3.address: nothing → an IP address or a host name",
      "hosts.sv4.platform: "debian" → "el9"",
      "groups.mail.hosts: unknown key "hosts" → ssh, vars",
      "groups.mail: no host in this group → a group that at least one host names in its \`groups\`",
      "hosts.sv2.groups: "nowhere" → "mail", "web", "all"",
      "playbook p, play 1.on: "web", a group without hosts → "all" or a group that some host names",
    ]
  `)
  expect(mistakes(unchecked({ playbook: mail, hosts: {} }))).toEqual([
    { place: 'hosts', found: 'none', allowed: 'at least one host' },
  ])
})

test.each([
  ['no hosts', { playbook: mail }],
  ['hosts is a list', { playbook: mail, hosts: [] }],
  ['a host that is a string', { playbook: mail, hosts: { sv1: '192.0.2.1' } }],
  ['groups is a string', { playbook: mail, hosts: { sv1: { address: '192.0.2.1', groups: 'mail' } } }],
  ['no playbook', { hosts: { sv1: { address: '192.0.2.1' } } }],
  ['a playbook without plays', { playbook: {}, hosts: { sv1: { address: '192.0.2.1' } } }],
  [
    'a key that does not exist',
    { playbook: mail, hosts: { sv1: { address: '192.0.2.1', vars: { mail: { domain: 'blue.example' } } } }, host: {} },
  ],
])('a frame that is wrong altogether is a mistake and no crash: %s', (_name, inventory) => {
  expect(mistakes(unchecked(inventory))).toMatchSnapshot()
})

test('one round: frame, ssh settings, vars, roles and missing secrets are told together', () => {
  const inventory = unchecked({
    playbook: mail,
    host: {},
    ssh: { port: 99999, usr: 'root' },
    secrets: { stroe: 'x' },
    hosts: {
      sv1: { address: '192.0.2.1', groups: ['mail'], ssh: { password: secret('ssh/sv1') } },
      sv2: '192.0.2.2',
      sv3: { address: '192.0.2.3', vars: { mail: { domain: 'blue' } }, ssh: { passphrase: 'hunter22' } },
      sv4: { address: '192.0.2.4', groups: ['odd'] },
    },
    groups: { mail: { ssh: { connectTimeout: '20' } }, odd: 'x' },
    vars: { mail: { domain: 'blue.example' } },
  })
  const found = mistakes(inventory, { ...ports, secret: () => undefined })
  expect(JSON.stringify(found)).not.toContain('hunter22')
  expect(
    found.map(({ place, found: what, allowed, says }) => `${place}: ${says ?? `${what} → ${allowed}`}`),
  ).toMatchInlineSnapshot(`
    [
      "host: unknown key "host" → playbook, platform, ssh, secrets, hosts, groups, vars; did you mean hosts?",
      "hosts.sv2: "192.0.2.2" → an object",
      "groups.odd: "x" → an object",
      "secrets.stroe: unknown key "stroe" → store, identity; did you mean store?",
      "ssh.port: 99999 → a port from 1 to 65535",
      "ssh.usr: unknown key "usr" → port, user, identityFile, passphrase, password, sudoPassword, configFile, knownHosts, proxyJump, proxyCommand, connectTimeout; did you mean user?",
      "groups.mail.ssh.connectTimeout: "20" → seconds, more than 0 and at most 3600",
      "hosts.sv3.ssh.passphrase: a plain value → secret('NAME'), a name in the secret store",
      "hosts.sv3.vars.mail.domain: "blue" → a domain name such as blue.example",
      "secrets: 2 secrets missing: db/postfix, ssh/sv1; run \`orchestrate secrets init INVENTORY\`",
    ]
  `)
})

test('every setting of ssh is checked where it stands, and what is usual is taken', () => {
  const hosts = { sv1: { address: '192.0.2.1' } }
  const vars = { mail: { domain: 'blue.example' } }
  const with_ = (ssh: object) =>
    mistakes(unchecked({ playbook: mail, hosts, vars, ssh })).map(
      ({ place, found: what, allowed }) => `${place}: ${what} → ${allowed}`,
    )
  expect(
    with_({
      port: 0,
      user: 'two words',
      identityFile: '',
      passphrase: 5,
      password: 'plain',
      sudoPassword: 'plain',
      configFile: [],
      knownHosts: '',
      proxyJump: 'a b',
      proxyCommand: false,
      connectTimeout: 0,
    }),
  ).toMatchInlineSnapshot(`
    [
      "ssh.port: 0 → a port from 1 to 65535",
      "ssh.user: "two words" → the name of a user",
      "ssh.identityFile: "" → the path of a private key",
      "ssh.passphrase: a plain value → secret('NAME'), a name in the secret store",
      "ssh.password: a plain value → secret('NAME'), a name in the secret store",
      "ssh.sudoPassword: a plain value → secret('NAME'), a name in the secret store",
      "ssh.configFile: a list → the path of an ssh config, or 'none'",
      "ssh.knownHosts: "" → paths of known_hosts files, with spaces between them",
      "ssh.proxyJump: "a b" → a host, or [USER@]HOST[:PORT], several with commas between them",
      "ssh.proxyCommand: false → a command",
      "ssh.connectTimeout: 0 → seconds, more than 0 and at most 3600",
    ]
  `)
  expect(
    with_({ port: 2222, user: 'root', identityFile: '~/.ssh/id', knownHosts: 'a b', password: secret('x') }),
  ).toEqual([])
  expect(with_({ proxyJump: 'a@b:22,c', proxyCommand: 'nc %h %p', connectTimeout: 5, configFile: 'none' })).toEqual([])
})
