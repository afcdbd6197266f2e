import { expect, test } from 'vitest'
import { Text } from '#orchestrate'
import httpd from '../../../../roles/httpd/index.ts'
import postfixadmin from '../../../../roles/postfixadmin/index.ts'
import tls from '../../../../roles/tls/index.ts'
import { absentOf, allTexts, ordinary, problemsOf, resourcesOf, textOf, wantOf } from '../evaluated.ts'
import { everythingOf } from '../everything.ts'

const roles = [tls, postfixadmin, httpd]
const webadmin = { sha256: 'a'.repeat(64) }
const plain = resourcesOf(roles, { ...ordinary, webadmin })
const full = resourcesOf(roles, everythingOf(roles))

test.for([
  ['ordinary', plain],
  ['everything', full],
] as const)('renders its files: %s', async ([name, resources]) => {
  // The web site is written by role httpd.
  const own = new Map([...resources].filter(([id]) => !id.startsWith('file:/etc/httpd/')))
  await expect(allTexts(own)).toMatchFileSnapshot(`golden/${name}`)
})

test('PHP is that of AppStream’s module stream', () => {
  const ids = [...plain.keys()]
  expect(ids.indexOf('module-stream:php')).toBeLessThan(ids.findIndex((id) => id.startsWith('package:php')))
  expect(wantOf(plain, 'module-stream:php')).toMatchObject({ stream: '8.2' })
})

test('the release is checked, owned by root, and PHP can write to one directory outside of it', () => {
  expect(wantOf(full, 'archive:/usr/share/postfixadmin-3.3.15')).toMatchObject({ sha256: 'a'.repeat(64) })
  expect(wantOf(full, 'directory:/var/lib/php/postfixadmin/templates_c')).toMatchObject({
    owner: 'apache',
    mode: '0750',
  })
  expect(
    [...full.keys()].filter((id) => id.startsWith('directory:') && wantOf(full, id)['owner'] === 'apache'),
  ).toEqual(['directory:/var/lib/php/postfixadmin/templates_c'])
})

test('what an earlier declaration put where SELinux keeps PHP out is taken away once PHP works without it', () => {
  const ids = [...plain.keys()]
  const old = ['file:/etc/postfixadmin/config.local.php', 'directory:/var/lib/postfixadmin/templates_c']
  expect(ids.filter((id) => old.includes(id) && plain.get(id)?.wanted === 'absent')).toEqual(old)
  expect(ids.indexOf(old[0] ?? '')).toBeGreaterThan(ids.indexOf('service:php-fpm.service'))
})

test('the site is healthy when it shows the login form, not when it only answers', () => {
  expect(String(wantOf(plain, 'service:httpd.service')['health'])).toContain('grep -F -- \'name="fUsername"\'')
})

test('nobody from outside may look at it unless a network is named', () => {
  expect(textOf(plain, '/etc/httpd/conf.d/postfixadmin.conf')).not.toContain('Require ip')
  expect(textOf(full, '/etc/httpd/conf.d/postfixadmin.conf')).toContain('Require ip 2001:db8::/32')
})

test('the database password is for root and PHP, and its quotes are escaped', () => {
  expect(wantOf(plain, 'file:/etc/php-postfixadmin/config.local.php')).toMatchObject({ group: 'apache', mode: '0640' })
  const quoted = resourcesOf(roles, { ...ordinary, webadmin }, (name) => `it's ${name}`)
  const { content } = wantOf(quoted, 'file:/etc/php-postfixadmin/config.local.php')
  expect(content instanceof Text && content.revealed()).toContain("= 'it\\'s db/postfixadmin';")
})

test('without the web interface there are tables all the same', () => {
  const resources = resourcesOf(roles, { ...ordinary, webadmin: { ...webadmin, enabled: false } })
  const ids = [...resources.keys()]
  expect(ids).toContain('command:tables of PostfixAdmin')
  expect(absentOf(resources)).toContain('file:/etc/php-fpm.d/postfixadmin.conf')
  for (const unit of ['php-fpm', 'httpd'])
    expect(wantOf(resources, `service:${unit}.service`)['state']).toBe('as-found')
  expect(ids.filter((id) => /mod_ssl|superadmin/.test(id))).toEqual([])
})

test('an archive without checksum and a site without certificate are refused', () => {
  expect(problemsOf(roles, ordinary)).toMatchObject([{ place: 'webadmin.sha256' }])
  expect(problemsOf([postfixadmin, httpd], { ...ordinary, webadmin })).toEqual([
    {
      place: 'playbook',
      found: 'a web site for sv1.blue.example without a certificate',
      allowed: 'a role that provides one, such as tls',
    },
  ])
})

test('the superadmin’s password is hashed by the declared scheme and never written in clear', () => {
  const run = String(wantOf(full, 'command:superadmin root@red.example')['run'])
  expect(run).toContain('{SHA512-CRYPT}')
  expect(run).toContain('<secret:postfixadmin/admin>')
  expect(String(wantOf(plain, 'command:superadmin admin@blue.example')['run'])).toMatch(/PASSWORD_BCRYPT.*12/)
})
