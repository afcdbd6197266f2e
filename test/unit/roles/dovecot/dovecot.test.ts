import { expect, test } from 'vitest'
import { everything, ordinary, problemsOf, resourcesOf, textOf, wantOf } from '../postfix/evaluated.ts'

const plain = resourcesOf(ordinary)
const full = resourcesOf(everything)

test.for([
  ['ordinary', plain],
  ['everything', full],
] as const)('renders its two files: %s', async ([name, resources]) => {
  await expect(textOf(resources, '/etc/dovecot/dovecot.conf')).toMatchFileSnapshot(`golden/${name}/dovecot.conf`)
  await expect(textOf(resources, '/etc/dovecot/dovecot-sql.conf.ext')).toMatchFileSnapshot(
    `golden/${name}/dovecot-sql.conf.ext`,
  )
})

test('only Dovecot reads the database password', () => {
  expect(wantOf(plain, 'file:/etc/dovecot/dovecot-sql.conf.ext')).toMatchObject({
    owner: 'root',
    group: 'dovecot',
    mode: '0640',
  })
})

test('only Postfix may use the sockets in its queue directory', () => {
  const conf = textOf(plain, '/etc/dovecot/dovecot.conf')
  for (const [socket, mode] of [
    ['auth', '0660'],
    ['dovecot-lmtp', '0600'],
    ['quota-status', '0600'],
  ]) {
    const owned = `mode = ${mode}\n    user = postfix\n    group = postfix\n`
    expect(conf).toContain(`unix_listener /var/spool/postfix/private/${socket} {\n    ${owned}`)
  }
  expect(conf).not.toMatch(/mode = 06[0-9][1-9]/)
})

test('home is above the mail folder, so that scripts do not lie among the mail', () => {
  const conf = textOf(plain, '/etc/dovecot/dovecot.conf')
  expect(conf).toMatch(/^mail_location = maildir:~\/Maildir$/m)
  expect(conf).toMatch(/^mail_home = \/home\/mailuser\/%Ld\/%Ln$/m)
  expect(conf).not.toContain('!include')
})

test('listens for nothing without TLS unless asked', () => {
  expect(textOf(plain, '/etc/dovecot/dovecot.conf')).not.toMatch(/port = (110|143|4190)/)
  expect(textOf(full, '/etc/dovecot/dovecot.conf')).toMatch(/port = 110[\s\S]*port = 4190/)
})

test('without POP3, Sieve and quota at RCPT nothing of them is left', () => {
  const bare = resourcesOf({
    ...ordinary,
    pop3: { enabled: false },
    sieve: { enabled: false },
    quota: { rejectAtRcpt: false },
  })
  expect(textOf(bare, '/etc/dovecot/dovecot.conf')).not.toMatch(/pop3|sieve|quota-status/)
  expect(textOf(bare, '/etc/postfix/main.cf')).not.toMatch(/quota-status/)
})

test('plain POP3 without POP3 is refused', () => {
  expect(problemsOf({ ...ordinary, pop3: { enabled: false, plainListeners: true } })).toMatchObject([
    { place: 'pop3.plainListeners' },
  ])
})
