import { expect, test } from 'vitest'
import mail from '../../../playbooks/mail.ts'
import { resourcesOf, textOf, wantOf } from './evaluated.ts'
import { everything } from './everything.ts'

const roles = mail.plays.flatMap((play) => play.roles)
const resources = resourcesOf(roles, everything)

/** What the article does in vain or in error, by step: its line, and what tells it; comments in files may speak of it. */
const dropped: readonly (readonly [steps: string, line: string, pattern: RegExp])[] = [
  ['S4', 'yum -y install https://rpms.remirepo.net/enterprise/remi-release-9.2.rpm', /\bremi\b/i],
  ['S9 S11 S12 S13 S14', 'cpan Switch', /\bcpan\b/i],
  ['S10', 'yum -y install mariadb-devel', /mariadb-devel/],
  ['S26 S27 S28', 'systemctl enable saslauthd', /saslauthd|cyrus-sasl/],
  ['S51 S128', 'FLUSH PRIVILEGES;', /flush privileges/i],
  ['S53', 'vi /usr/share/opendmarc/db/schema.mysql', /\/usr\/share\/opendmarc\/db/],
  ['S64', '/etc/opendkim/TrustedHosts 0.0.0.0/0', /TrustedHosts[^\n]*0\.0\.0\.0\/0/],
  ['S73 S74', 'openssl genrsa -out /etc/ssl/private/arc.key.pem 2048', /\/etc\/ssl\/private|arc\.key\.pem/],
  ['S75', 'cp -r /etc/opendkim/keys/ /etc/openarc', /cp -r \/etc\/opendkim\/keys/],
  ['S81', 'SRS_SECRET_LENGTH=24', /SRS_SECRET_LENGTH/],
  ['S82', 'SRS_EXCLUDE_DOMAINS="$(cat /etc/default/excluded_domains)"', /excluded_domains/],
  ['S90', 'vi /etc/dovecot/rc.local', /dovecot\/rc\.local/],
  ['S93 S100', 'default_pass_scheme = CRAM-MD5', /CRAM-MD5(?! CRYPT)/], // but in the list of the schemes that an old hash may have
  ['S95 S96 S97', 'openssl dhparam -out /etc/dovecot/dh.pem 2048', /dhparam|dh\.pem/],
  ['S98', 'mode = 0666', /mode = 0666/],
  ['S99', 'unix_listener stats-writer {', /stats-(reader|writer)/],
  ['S101', 'protocol lda {', /protocol lda/],
  ['S108', 'auth_debug_passwords=yes', /auth_debug(_passwords)?\s*=\s*yes/],
  ['S109', 'broken_sasl_auth_clients=yes', /milter_default_action = accept|broken_sasl_auth_clients|mysql_alias_maps/],
  ['S110', 'mydestination=', /mydestination\s*=\s*$/m],
  ['S118 S120', 'postmap /etc/postfix/virtual', /postmap ("?)(\/etc\/postfix\/)?(canonical|virtual)\b/],
  ['S131', 'wget https://sourceforge.net/projects/postfixadmin/', /sourceforge/i],
  ['S135', "$CONF['setup_password'] = '$2y$10$x';", /setup_password'\] = '[^']/],
  ['S142', '/usr/bin/doveadm pw -s CRAM-MD5', /doveadm pw/],
  ['S143', 'chmod -R 755 /etc/letsencrypt/live', /chmod[^\n]*letsencrypt/],
]

test('the article’s own lines are recognised', () => {
  expect(dropped.filter(([, line, pattern]) => !pattern.test(line)).map(([steps]) => steps)).toEqual([])
})

test('nothing that the article does in vain or in error is declared', () => {
  const texts = [...resources.keys()].map((id) => {
    const want = JSON.stringify(wantOf(resources, id), (_, value: unknown) =>
      typeof value === 'object' && value !== null && 'want' in value ? undefined : value,
    )
    const content = id.startsWith('file:') ? textOf(resources, id.slice('file:'.length)) : ''
    const text = `${id}\n${want.replaceAll('\\n', '\n')}\n${content}`
    return { id, text: text.replace(/^\s*(#|--|\/\/).*$/gm, '') }
  })
  expect(texts.length).toBeGreaterThan(150)
  const found = texts.flatMap(({ id, text }) =>
    dropped.filter(([, , pattern]) => pattern.test(text)).map(([steps]) => `${steps} in ${id}`),
  )
  expect(found).toEqual([])
})
