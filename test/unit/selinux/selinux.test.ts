import { expect, test } from 'vitest'
import { file, type Resource, seContext, sePort, service } from '#orchestrate'
import { isReadable } from '../../../roles/tls/certificates.ts'
import { everything } from '../roles/everything.ts'
import { ordinary as ordinaryMail } from '../roles/postfix/evaluated.ts'
import { audit, labeller, type Sort } from './audit.ts'
import { domains } from './policy.ts'

// No tool is on the host unless a role that needs it brings it.
const ordinary = { ...ordinaryMail, webadmin: { sha256: 'a'.repeat(64) }, base: { tools: [] } }

test.for<[string, object]>([
  ['ordinary', ordinary],
  ['every option on', everything],
  ['egress mode', { ...ordinary, srs: { mode: 'egress' }, forwarding: { resign: 'srsDomain' } }],
  ['certificates made for tests', { ...ordinary, tls: { source: 'selfsigned-lab' } }],
  ['no web interface', { ...ordinary, webadmin: { ...ordinary.webadmin, enabled: false } }],
  ['no filters', { ...ordinary, arc: { enabled: false }, srs: { enabled: false } }],
  ['DMARC reports collected', { ...ordinary, dmarc: { reporting: 'import-only' } }],
  ['mail in a top-level directory', { ...ordinary, store: { root: '/vmail' } }],
  ['mail in /srv', { ...ordinary, store: { root: '/srv/mail' } }],
])('EL9’s policy lets the daemons do what the roles declare: %s', ([, vars]) => {
  expect(audit(vars)).toEqual([])
})

test.for<[string, Resource, string]>([
  [
    'a file that its daemon may not read',
    seContext({ pattern: '/etc/php-postfixadmin(/.*)?', type: 'postfix_etc_t' }),
    'httpd_t may not read /etc/php-postfixadmin/config.local.php (postfix_etc_t)',
  ],
  [
    'a directory that its daemon may not write to',
    seContext({ pattern: '/var/lib/php/postfixadmin(/.*)?', type: 'postfix_data_t' }),
    'httpd_t may not write files below /var/lib/php/postfixadmin/templates_c (postfix_data_t)',
  ],
  [
    'a path that stands in a file only',
    file({ path: '/etc/opendkim-egress.conf', content: 'PidFile /run/opendkim-egress/opendkim.pid\n' }),
    'dkim_milter_t may not write /run/opendkim-egress/opendkim.pid (none)',
  ],
  [
    'a port that its daemon may not open',
    file({ path: '/etc/opendmarc.conf', content: 'Socket inet:8896@127.0.0.1\n' }),
    'dkim_milter_t may not bind port 8896 (unreserved_port_t)',
  ],
  [
    'a rule that changes nothing',
    sePort({ port: 10_027, type: 'smtp_port_t' }),
    'port 10027 needs no rule: it is spamd_port_t',
  ],
  [
    'a rule before its tool',
    seContext({ pattern: '/srv/x(/.*)?', type: 'cert_t' }),
    'se-context:/srv/x(/.*)? is declared without semanage',
  ],
  ['a path that nobody is known to use', file({ path: '/etc/new.conf', content: '' }), 'who uses /etc/new.conf?'],
  [
    'a unit whose domain nobody knows',
    service({ unit: 'new.service', restartOn: [] }),
    'which domain does new.service run in?',
  ],
])('the test sees %s', ([, planted, told]) => {
  expect(audit(ordinary, [planted])).toContain(told)
})

// A certificate is read by all daemons that show it: the places that role tls takes are those that all of them may read.
test.for(
  [
    ...['/etc/pki/mail', '/etc/ssl/private', '/etc/letsencrypt/live/mx', '/etc/certs', '/opt/certs', '/usr/local/ssl'],
    ...['/root', '/home/al', '/srv/certs', '/certs', '/var/lib/certs', '/var/certs'],
    ...[
      '/etc/postfix',
      '/etc/postfix-certs',
      '/etc/dovecot',
      '/etc/pki/dovecot/certs',
      '/etc/httpd/certs',
      '/etc/mail',
    ],
  ].map((folder) => `${folder}/x.pem`),
)('role tls takes %s only if the daemons may read it', (path) => {
  const type = labeller([])(path, 'file')
  const readers = ['postfix_smtpd_t', 'postfix_smtp_t', 'dovecot_t', 'httpd_t']
  const readable = readers.every((domain) => domains[domain]?.read.split(' ').includes(type))
  expect({ type, taken: isReadable(path) }).toEqual({ type, taken: readable })
})

// Each as matchpathcon(8) says with the policy itself.
test.for<[string, Sort, string]>([
  ['/', 'directory', 'root_t'],
  ['/etc/postfix/sql/domains.cf', 'file', 'postfix_etc_t'],
  ['/etc/postfixadmin/config.local.php', 'file', 'postfix_etc_t'],
  ['/var/lib/postfixadmin/templates_c', 'directory', 'postfix_data_t'],
  ['/etc/php-postfixadmin/config.local.php', 'file', 'etc_t'],
  ['/var/lib/php/postfixadmin/templates_c/x.php', 'file', 'httpd_var_lib_t'],
  ['/var/lib/php/session', 'directory', 'httpd_var_run_t'],
  ['/usr/share/postfixadmin', 'link', 'usr_t'],
  ['/usr/local/sbin/opendmarc-report', 'file', 'bin_t'],
  ['/etc/localtime', 'link', 'locale_t'],
  ['/etc/letsencrypt/live/mx/privkey.pem', 'link', 'cert_t'],
  ['/etc/letsencrypt/renewal-hooks/deploy/50-postfix', 'file', 'etc_t'],
  ['/etc/aliases.db', 'file', 'etc_aliases_t'],
  ['/etc/postsrsd.secret', 'file', 'postsrsd_secret_t'],
  ['/etc/opendkim/keys/example.com/s1.private', 'file', 'etc_t'],
  ['/run/opendkim/opendkim.pid', 'file', 'dkim_milter_data_t'],
  ['/run/opendkim-egress', 'directory', 'var_run_t'],
  ['/var/spool/postfix/private/auth', 'socket', 'postfix_private_t'],
  ['/var/lib/mysql/mysql.sock', 'socket', 'mysqld_var_run_t'],
  ['/home/mailuser', 'directory', 'user_home_dir_t'],
  ['/home/mailuser/example.com/bob/Maildir/dovecot.index.cache', 'file', 'user_home_t'],
  ['/srv/mail', 'directory', 'var_t'],
  ['/opt/vmail', 'directory', 'usr_t'],
  ['/data/vmail', 'directory', 'default_t'],
  ['/var/mail/vhosts', 'directory', 'mail_spool_t'],
])('%s is labelled by the most specific rule', ([path, sort, type]) => {
  expect(labeller([])(path, sort)).toBe(type)
})
