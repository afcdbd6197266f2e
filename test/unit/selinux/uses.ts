import type { Domain } from './policy.ts'

/** Which domains a unit's processes run in (the labels of what it starts; a unit that is not here fails the test). */
export const unitDomains: Readonly<Record<string, readonly string[]>> = {
  'chronyd.service': [],
  'dovecot.service': ['dovecot_t', 'dovecot_auth_t'],
  'fail2ban.service': ['fail2ban_t'],
  'firewalld.service': [],
  'httpd.service': ['httpd_t'],
  'mariadb.service': ['mysqld_t'],
  // No module knows openarc, and systemd starts postsrsd through a shell script below /usr/share.
  'openarc.service': ['unconfined_service_t'],
  'openarc-sealer.service': ['unconfined_service_t'],
  'postsrsd.service': ['unconfined_service_t'],
  'opendmarc-report.timer': ['unconfined_service_t'],
  'opendkim.service': ['dkim_milter_t'],
  'opendkim-egress.service': ['dkim_milter_t'],
  'opendmarc.service': ['dkim_milter_t'],
  'php-fpm.service': ['httpd_t'],
  'postfix.service': ['postfix_master_t', 'postfix_smtpd_t', 'postfix_cleanup_t', 'postfix_smtp_t'],
  'rsyslog.service': ['syslogd_t'],
  'systemd-journald.service': ['syslogd_t'],
}

/** Who needs what at a path: domains, a regular expression over whole paths, what they do there. */
export interface Use {
  readonly by: readonly string[]
  readonly path: string
  readonly needs: readonly Extract<keyof Domain, 'read' | 'write' | 'append' | 'map'>[]
}

const postfix = unitDomains['postfix.service'] ?? []
const unconfined = ['unconfined_service_t']
const shown = ['postfix_smtpd_t', 'postfix_smtp_t', 'dovecot_t', 'httpd_t']

/** Everything that the roles put on a host or name in a file, and who uses it; a path without a row fails the test. */
export function usesOf(facts: { readonly storeRoot: string; readonly certificates: readonly string[] }): Use[] {
  const use = (by: readonly string[], path: string, ...needs: Use['needs']): Use => ({ by, path, needs })
  return [
    use(postfix, '/etc/postfix(/.*)?', 'read'),
    use(['postfix_smtpd_t'], '/etc/postfix/tls_server_sni_maps\\.db', 'read', 'map'),
    use(['postfix_smtpd_t', 'postfix_master_t'], '/etc/aliases(\\.db)?', 'read'),
    use(['postfix_smtp_t'], '/etc/pki/tls/certs/ca-bundle\\.crt', 'read'),
    use(['postfix_master_t'], '/var/lib/postfix(/.*)?', 'read', 'write'),
    use(postfix, '/var/spool/postfix'),
    use(['init_t'], '/etc/systemd/system/.*|/etc/sysconfig/.*', 'read'),

    use(['dovecot_t', 'dovecot_auth_t'], '/etc/dovecot/.*', 'read'),
    use(['dovecot_t'], `${facts.storeRoot}(/.*)?`, 'read', 'write', 'map'),

    use(['dkim_milter_t'], '/etc/opendkim(/.*|(-egress)?\\.conf)?', 'read'),
    use(['dkim_milter_t'], '/run/opendkim[^/]*(/.*)?', 'write'),
    use(['dkim_milter_t'], '/etc/opendmarc(\\.conf|/ignore\\.hosts)', 'read'),
    use(['dkim_milter_t'], '/run/opendmarc(/.*)?', 'write'),
    use(['dkim_milter_t'], '/var/spool/opendmarc/opendmarc\\.dat', 'write'),
    use(['dkim_milter_t'], '/usr/share/publicsuffix/.*', 'read'),
    use(unconfined, '/etc/opendmarc/report\\.env', 'read'),
    use(unconfined, '/var/spool/opendmarc(/.*)?', 'read', 'write'),
    use(unconfined, '/usr/local/sbin(/.*)?', 'read'),
    use(unconfined, '/etc/openarc(/.*|(-sealer)?\\.conf)?', 'read'),
    use(unconfined, '/run/openarc[^/]*(/.*)?', 'write'),
    use(unconfined, '/etc/default/postsrsd|/etc/postsrsd\\.secret|/var/lib/postsrsd', 'read'),

    use(['mysqld_t'], '/etc/my\\.cnf(\\.d.*)?', 'read'),
    use(['httpd_t'], '/etc/httpd/.*|/etc/php-fpm\\.d/.*', 'read'),
    use(['httpd_t'], '/etc/pki/tls/certs/localhost\\.crt', 'read'),
    use(['httpd_t'], '/usr/share/postfixadmin.*', 'read', 'map'),
    use(['httpd_t'], '/etc/php-postfixadmin(/.*)?', 'read', 'map'),
    use(['httpd_t'], '/var/lib/php/postfixadmin', 'read'),
    use(['httpd_t'], '/var/lib/php/postfixadmin/templates_c(/.*)?', 'read', 'write', 'map'),
    use(['httpd_t'], '/var/lib/php/session(/.*)?', 'read', 'write'),
    use(['httpd_t'], '/var/log/php-fpm/.*', 'append'),
    use(['httpd_t'], '/var/www/discovery(/.*)?', 'read', 'map'),

    use(['fail2ban_t'], '/etc/fail2ban/.*', 'read'),
    use(['syslogd_t'], '/etc/systemd/journald\\.conf\\.d(/.*)?', 'read'),
    use(['syslogd_t'], '/var/log/journal(/.*)?', 'read', 'write', 'map'),
    use([...postfix, 'dovecot_t', 'httpd_t', 'mysqld_t'], '/etc/localtime', 'read'),

    // certbot runs the hooks; the certificates themselves are read by every daemon that shows them.
    use(unconfined, '/etc/letsencrypt/renewal-hooks/deploy(/.*)?', 'read'),
    ...facts.certificates.map((path) => use(shown, path.replaceAll('.', '\\.'), 'read')),
  ]
}

/** Sockets in the file system: the path, who makes it, who connects. */
export const sockets: readonly (readonly [path: string, server: string, clients: readonly string[]])[] = [
  ['/var/spool/postfix/private/auth', 'dovecot_t', ['postfix_smtpd_t']],
  ['/var/spool/postfix/private/dovecot-lmtp', 'dovecot_t', ['postfix_smtp_t']],
  ['/var/spool/postfix/private/quota-status', 'dovecot_t', ['postfix_smtpd_t']],
  ['/var/lib/mysql/mysql.sock', 'mysqld_t', ['postfix_master_t', 'dovecot_auth_t', 'httpd_t']],
  ['/run/php-fpm/postfixadmin.sock', 'httpd_t', ['httpd_t']],
]

/** Where files say which ports daemons open or go to: the file, a pattern whose group is the port, the domain. */
export const portsInFiles: readonly (readonly [
  file: RegExp,
  pattern: RegExp,
  does: 'bind' | 'connect',
  domain: string,
])[] = [
  [/\/postfix\/master\.cf$/, /^(\S+) +inet /gm, 'bind', 'postfix_master_t'],
  [/\/postfix\/(main|master)\.cf$/, /\binet:127\.0\.0\.1:(\d+)/g, 'connect', 'postfix_smtpd_t'],
  [/\/postfix\/(main|master)\.cf$/, /\btcp:127\.0\.0\.1:(\d+)/g, 'connect', 'postfix_cleanup_t'],
  [/\/postfix\/egress_others$/, /\[127\.0\.0\.1\]:(\d+)/g, 'connect', 'postfix_smtp_t'],
  [/\/dovecot\.conf$/, /^\s*port = ([1-9]\d*)$/gm, 'bind', 'dovecot_t'],
  [/\/open(dkim|dkim-egress|dmarc)\.conf$/, /^Socket\s+inet:(\d+)@/gm, 'bind', 'dkim_milter_t'],
  [/\/openarc(-sealer)?\.conf$/, /^Socket\s+inet:(\d+)@/gm, 'bind', 'unconfined_service_t'],
  [/\/default\/postsrsd$/, /^SRS_\w+_PORT=(\d+)$/gm, 'bind', 'unconfined_service_t'],
  [/\/httpd\/.*\.conf$/, /<VirtualHost \*:(\d+)>/g, 'bind', 'httpd_t'],
  [/\/config\.local\.php$/, /\['(smtp)_server'\]/g, 'connect', 'httpd_t'],
  [/\/config\.local\.php$/, /\['database_port'\] = '(\d+)'/g, 'connect', 'httpd_t'],
]

/** Services that master.cf names by word (/etc/services). */
export const serviceNames: Readonly<Record<string, number>> = {
  smtp: 25,
  submission: 587,
  smtps: 465,
  submissions: 465,
}
