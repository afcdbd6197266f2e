import { expect, test } from 'vitest'
import { sha512Crypt } from '../../../../roles/mailstore/sha512-crypt.ts'
import { everything, ordinary, problemsOf, resourcesOf, wantOf } from '../postfix/evaluated.ts'

const { accounts, mail } = ordinary
const rowIds = (resources: ReadonlyMap<string, unknown>) =>
  [...resources.keys()].filter((id) => id.startsWith('database-rows:'))

test.for([
  ['ordinary', ordinary],
  ['everything', everything],
] as const)('fills PostfixAdmin’s tables: %s', async ([name, vars]) => {
  const resources = resourcesOf(vars)
  const wants = rowIds(resources).map((id) => [id, wantOf(resources, id)])
  await expect(`${JSON.stringify(Object.fromEntries(wants), null, 2)}\n`).toMatchFileSnapshot(`golden/${name}/rows.txt`)
})

test('mode declared: one declaration per table, and each removes what is not declared', () => {
  const resources = resourcesOf({ ...ordinary, accounts: { ...accounts, mode: 'declared' } })
  expect(rowIds(resources)).toEqual([
    'database-rows:postfix.domain',
    'database-rows:postfix.alias_domain',
    'database-rows:postfix.mailbox',
    'database-rows:postfix.alias',
  ])
  for (const id of rowIds(resources)) expect(wantOf(resources, id)).toMatchObject({ mode: 'declared' })
})

test('mode ui: rows are made and never looked at again, but domains are declared as ever', () => {
  const resources = resourcesOf({ ...ordinary, accounts: { ...accounts, mode: 'ui' } })
  expect(rowIds(resources)).toEqual([
    'database-rows:postfix.domain',
    'database-rows:postfix.mailbox',
    'database-rows:postfix.alias',
  ])
  expect(wantOf(resources, 'database-rows:postfix.domain')).toMatchObject({ mode: 'declared' })
  for (const id of ['database-rows:postfix.mailbox', 'database-rows:postfix.alias']) {
    const want = wantOf(resources, id)
    const [first] = want['rows'] as Record<string, unknown>[]
    expect(want).toMatchObject({ mode: 'merge' })
    expect([...(want['key'] as string[]), ...(want['onCreate'] as string[])].sort()).toEqual(
      Object.keys(first ?? {}).sort(),
    )
  }
})

test('another root gets an SELinux rule, and the tool for it', () => {
  expect(resourcesOf(ordinary).has('se-context:/home/mailuser(/.*)?')).toBe(false)
  const moved = resourcesOf(everything)
  expect(wantOf(moved, 'se-context:/var/vmail(/.*)?')).toMatchObject({ type: 'mail_spool_t' })
  expect(moved.has('package:policycoreutils-python-utils')).toBe(true)
})

test('a mail folder on a network file system is refused before it is touched', () => {
  const ids = [...resourcesOf(everything).keys()]
  const check = 'command:mail on a local file system'
  expect(ids.indexOf(check)).toBeLessThan(ids.indexOf('directory:/var/vmail'))
  const { unless, run } = wantOf(resourcesOf(everything), check)
  expect(String(unless)).toContain('stat -f -c %T -- /var/vmail')
  expect(String(run)).toContain('is on a network file system, which is not supported')
})

test('postfix_ro and dovecot_ro only read what they look up', () => {
  const grants = [...resourcesOf(ordinary).keys()].filter((id) => id.startsWith('database-grant:'))
  expect(grants.map((id) => id.replace('database-grant:', ''))).toEqual([
    'postfix_ro@localhost/postfix.alias',
    'postfix_ro@localhost/postfix.alias_domain',
    'postfix_ro@localhost/postfix.domain',
    'postfix_ro@localhost/postfix.mailbox',
    'dovecot_ro@localhost/postfix.mailbox',
  ])
})

test.for<[string, object, string]>([
  ['no mailbox for the postmaster', { accounts: { mailboxes: [] } }, 'mail.postmaster'],
  ['a host named like a domain', { host: { fqdn: 'red.example' } }, 'host.fqdn'],
  [
    'a mailbox elsewhere',
    { accounts: { mailboxes: [...accounts.mailboxes, { ...accounts.mailboxes[0], address: 'x@other.example' }] } },
    'accounts.mailboxes',
  ],
  [
    'a mailbox twice',
    { accounts: { mailboxes: [...accounts.mailboxes, ...accounts.mailboxes] } },
    'accounts.mailboxes',
  ],
  [
    'an alias elsewhere',
    { accounts: { ...accounts, aliases: [{ address: 'x@other.example', to: ['admin@blue.example'] }] } },
    'accounts.aliases',
  ],
  [
    'an alias domain that is no domain',
    { accounts: { ...accounts, aliasDomains: [{ name: 'x.example', target: 'red.example' }] } },
    'accounts.aliasDomains',
  ],
  [
    'an alias domain of itself',
    { accounts: { ...accounts, aliasDomains: [{ name: 'red.example', target: 'red.example' }] } },
    'accounts.aliasDomains, red.example',
  ],
  [
    'a mailbox in an alias domain, where it would get the mail of another',
    {
      accounts: {
        mailboxes: [...accounts.mailboxes, { ...accounts.mailboxes[0], address: 'bob@red.example' }],
        aliasDomains: [{ name: 'red.example', target: 'blue.example' }],
      },
    },
    'accounts.mailboxes',
  ],
  [
    'the postmaster in a foreign domain',
    { mail: { ...mail, postmaster: 'admin@other.example' } },
    'vars.mail.postmaster',
  ],
])('refuses %s', ([, change, place]) => {
  const [first] = problemsOf({ ...ordinary, ...change })
  expect(first?.place).toBe(place.replace(/^vars\./, 'vars.'))
})

test('SHA-512 crypt as the specification’s test vectors and openssl make it', () => {
  expect(sha512Crypt('Hello world!', 'saltstring')).toBe(
    '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1',
  )
  expect(sha512Crypt('x'.repeat(70), 'ab')).toBe(
    '$6$ab$pWR1UD3a0xtawrhzK7aur8QQZL8ZBygJ39zGZlWYnxHrKXcb.5/71jgiq9.sKiypHLphRR4.cdIV8Hw.AJziB/',
  )
  expect(sha512Crypt('pässwörd', 'saltSALT12345678')).toBe(
    '$6$saltSALT12345678$lbr1KbX6EGU4hFkDnFsOiUDAhWDm1PsGv74rzXzlQ3hWXEwoyaTGmfQPZHI2n3gBs/aAkW56F9f3c.6Ux0UAj.',
  )
})
