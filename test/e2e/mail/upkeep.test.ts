import { beforeAll, expect, test } from 'vitest'
import { reboot } from '../../lab/index.ts'
import { differencesOf, orchestrate, reported } from '../support/orchestrate.ts'
import { inInbox } from './tools/stored.ts'
import { sendmail, swaks } from './tools/swaks.ts'
import { withTemplate } from './tools/variant.ts'
import { on, places, until } from './world/index.ts'
import { inventory, world } from './world/managed.ts'

const { a, b, x } = places

beforeAll(world)

const apply = (path = inventory) => orchestrate('apply', path, '--yes', '--limit', b.name, '--format', 'json')
const drift = () => orchestrate('drift', inventory, '--limit', b.name, '--format', 'json')

test('A27 fail closed: without OpenDKIM nothing comes in unchecked, and nothing is lost', {
  timeout: 120_000,
}, async () => {
  const { login } = await world()
  await on(b.name, 'systemctl stop opendkim')
  try {
    const refused = await swaks({ on: a.name, server: b.ip, from: 'x@nodkim.example', to: 'conagi@blue.example' })
    expect(refused.said).toMatch(/451 4\.7\.1 Service unavailable/)
    const waiting = await sendmail({ on: a.name, from: 'al@sender.example', to: 'conagi@blue.example' })
    await until('a deferred message', async () =>
      (await on(a.name, 'postqueue -j')).includes('deferred') ? true : undefined,
    )
    await on(b.name, 'systemctl start opendkim')
    const stored = await inInbox(await login('conagi@blue.example'), waiting.id, x.name, 60)
    expect(stored.results(b.fqdn)).toContain('dkim=pass')
  } finally {
    await on(b.name, 'systemctl start opendkim')
  }
})

test('A27 ARC may be missing: mail flows, unsealed', { timeout: 120_000 }, async () => {
  const { login } = await world()
  await on(b.name, 'systemctl stop openarc')
  try {
    const sent = await sendmail({ on: a.name, from: 'al@sender.example', to: 'conagi@blue.example' })
    const stored = await inInbox(await login('conagi@blue.example'), sent.id, x.name)
    expect(stored.field('ARC-Seal')).toEqual([])
    expect(stored.results(b.fqdn)).toContain('dmarc=pass')
  } finally {
    await on(b.name, 'systemctl start openarc')
  }
})

/** What A28 and A29 do to a template, the file that must stay as it is, and why the change is refused. */
const mistakes: readonly (readonly [string, string, (text: string) => string, string, RegExp])[] = [
  [
    'A28 dovecot/dovecot.conf.ejs',
    'a setting that is none',
    (text) => `no_such_setting = 1\n${text}`,
    '/etc/dovecot/dovecot.conf',
    /no_such_setting/,
  ],
  [
    'A28 opendkim/opendkim.conf.ejs',
    'a word that is none',
    (text) => `${text}\nNoSuchWord 1\n`,
    '/etc/opendkim.conf',
    /configuration error at line \d+: unrecognized parameter/,
  ],
  [
    'A28 opendmarc/opendmarc.conf.ejs',
    'a Boolean that is none',
    (text) => `${text}\nRecordAllMessages perhaps\n`,
    '/etc/opendmarc.conf',
    /configuration error at line \d+: illegal value/,
  ],
  [
    'A28 postfix/master.cf.ejs',
    'a line that is none',
    (text) => `${text}\nnonsense line\n`,
    '/etc/postfix/master.cf',
    /master\.cf: line \d+: bad field count/,
  ],
  [
    'A28 openarc/openarc.conf.ejs',
    'a word that is none',
    (text) => `${text}\nNoSuchWord 1\n`,
    '/etc/openarc.conf',
    /unrecognized parameter/,
  ],
  [
    'A28 postfix/table.cf.ejs',
    'a word that SQL does not know',
    (text) => text.replace('query = ', 'query = PLEASE '),
    '/etc/postfix/sql/aliases.cf',
    /You have an error in your SQL syntax/,
  ],
  [
    'A28 dovecot/dovecot-sql.conf.ext.ejs',
    'a column that is none',
    (text) => text.replace('SELECT username AS user, password', 'SELECT username AS user, pass_word'),
    '/etc/dovecot/dovecot-sql.conf.ext',
    /Unknown column 'pass_word'/,
  ],
  [
    'A28 postfixadmin/site.conf.ejs',
    'a directive that is none',
    (text) => `${text}\nNoSuchDirective on\n`,
    '/etc/httpd/conf.d/postfixadmin.conf',
    /Invalid command 'NoSuchDirective'/,
  ],
  [
    'A28 postfixadmin/config.local.php.ejs',
    'PHP that does not parse',
    (text) => `${text}\n$CONF[ = 1;\n`,
    '/etc/php-postfixadmin/config.local.php',
    /syntax error/,
  ],
  [
    'A29 postfix/main.cf.ejs',
    'a misspelt restriction',
    (text) => text.replace('    reject_unauth_destination\n', '    reject_unauth_destinations\n'),
    '/etc/postfix/main.cf',
    /reject_unauth_destinations/,
  ],
  [
    'A29 postfix/main.cf.ejs',
    'a parameter that is none',
    (text) => `${text}\nsmtpd_recipent_restrictions = permit\n`,
    '/etc/postfix/main.cf',
    /smtpd_recipent_restrictions/,
  ],
  [
    'A29 postfix/main.cf.ejs',
    'a parameter of a later release',
    (text) => `${text}\ntls_ffdhe_auto_groups = ffdhe2048\n`,
    '/etc/postfix/main.cf',
    /tls_ffdhe_auto_groups/,
  ],
  [
    'A29 opendkim/KeyTable.ejs',
    'd= of another domain (M3)',
    (text) => text.replace(/ <%= domain %>:/, ' other.example:'),
    '/etc/opendkim/KeyTable',
    /found +d=other\.example\s+allowed +d=blue\.example/,
  ],
]

test.for(mistakes)(
  '%s with %s is refused, the live file stays, and port 25 keeps answering',
  {
    timeout: 180_000,
  },
  async ([name, , change, live, reason]) => {
    const [, template = ''] = name.split(' ')
    const sum = () => on(b.name, `sha256sum ${live}; stat -c %Z ${live}`)
    const before = await sum()
    const { code, stdout, stderr } = await withTemplate(template, change, apply)
    expect({ code, said: `${stdout}${stderr}` }).toEqual({
      code: expect.toBeOneOf([1, 64]),
      said: expect.stringMatching(reason),
    })
    expect(await sum()).toBe(before)
    const options = '--quit-after RCPT'
    const asked = { on: a.name, server: b.ip, from: 'x@nodkim.example', to: 'admin@blue.example', options }
    expect((await swaks(asked)).said).toContain('250 2.1.5 Ok')
  },
)

test('A29 nothing is left of what was refused', async () => {
  expect(reported(await drift()).get(b.name)?.status).toBe('converged')
})

test('A30 a second apply, and one after a reboot, change nothing', { timeout: 300_000 }, async () => {
  const nothing = { status: 'converged', changed: 0, restarts: 0, reloads: 0 }
  expect(reported(await apply()).get(b.name)).toMatchObject(nothing)
  await reboot(b.name)
  await on(b.name, `printf 'nameserver ${places.dns.ip}\\noptions timeout:1 attempts:2\\n' >/etc/resolv.conf`)
  const units = 'mariadb dovecot opendkim opendmarc openarc postsrsd postfix httpd php-fpm firewalld'
  expect((await on(b.name, `systemctl is-active ${units}`)).split('\n')).toEqual(units.split(' ').map(() => 'active'))
  expect(await on(b.name, 'ls /var/spool/postfix/private/auth /var/spool/postfix/private/dovecot-lmtp')).toContain(
    'auth',
  )
  expect(reported(await apply()).get(b.name)).toMatchObject(nothing)
})

test('A31 drift says exactly what was changed by hand, apply repairs it, an alias made in the UI stays', {
  timeout: 180_000,
}, async () => {
  await on(
    b.name,
    `echo 'message_size_limit = 1' >>/etc/postfix/main.cf
     chmod 0644 /etc/postfix/tls_server_sni_maps.db
     mysql -e "REPLACE INTO alias (address, goto, domain, active) VALUES ('ui@blue.example', 'conagi@blue.example', 'blue.example', 1)" postfix`,
  )
  try {
    const found = await drift()
    expect(found.code).toBe(2)
    expect(differencesOf(reported(found).get(b.name)).map((one) => one.replace(/: [\s\S]*/, ''))).toEqual([
      'file:/etc/postfix/main.cf content',
      'permissions:/etc/postfix/tls_server_sni_maps.db mode',
    ])
    expect((await apply()).code).toBe(0)
    expect((await drift()).code).toBe(0)
    expect(await on(b.name, `mysql -NBe "SELECT goto FROM alias WHERE address='ui@blue.example'" postfix`)).toBe(
      'conagi@blue.example',
    )
  } finally {
    await on(
      b.name,
      `sed -i '/^message_size_limit = 1$/d' /etc/postfix/main.cf
       mysql -e "DELETE FROM alias WHERE address='ui@blue.example'" postfix`,
    )
  }
})
