/**
 * The part of EL9's targeted SELinux policy that a mail host meets, restated. Sources: selinux-policy 38.1 of CentOS
 * Stream 9 (modules named beside the rules), mysql-selinux 1.0.13, the module in EPEL's postsrsd 1.12. Whatever is not
 * written here counts as not allowed.
 */

/** Default labels: a regular expression over whole paths, the type, and the only sort of file it is for. */
export const labelRules: readonly (readonly [pattern: string, type: string, only?: 'directory' | 'link' | 'socket'])[] =
  [
    // files
    ['/', 'root_t'],
    ['/.*', 'default_t'],
    ['/etc(/.*)?', 'etc_t'],
    ['/home', 'home_root_t'],
    ['/mnt(/.*)?', 'mnt_t'],
    ['/opt(/.*)?', 'usr_t'],
    ['/run(/.*)?', 'var_run_t'],
    ['/run/.*\\.*pid', 'none'], // never relabelled: it keeps the label of its directory
    ['/srv(/.*)?', 'var_t'],
    ['/usr(/.*)?', 'usr_t'],
    ['/var(/.*)?', 'var_t'],
    ['/var/lib(/.*)?', 'var_lib_t'],
    ['/var/spool(/.*)?', 'var_spool_t'],
    // corecommands, logging, miscfiles, systemd
    ['/usr/(.*/)?s?bin(/.*)?', 'bin_t'],
    ['/var/log(/.*)?', 'var_log_t'],
    ['/etc/localtime', 'locale_t', 'link'],
    ['/usr/share/zoneinfo(/.*)?', 'locale_t'],
    ['/etc/(pki|ssl)(/.*)?', 'cert_t'],
    ['/etc/letsencrypt/(live|archive)(/.*)?', 'cert_t'],
    ['/etc/systemd/system(/.*)?', 'systemd_unit_file_t'],
    // userdomain, mta
    ['/home/[^/]+', 'user_home_dir_t', 'directory'],
    ['/home/[^/]+/.+', 'user_home_t'],
    ['/root(/.*)?', 'admin_home_t'],
    ['/etc/aliases(\\.db)?', 'etc_aliases_t'],
    ['/etc/mail(/.*)?', 'etc_mail_t'],
    ['/var/(spool/)?mail(/.*)?', 'mail_spool_t'],
    // postfix: without a slash behind the name, so these cover every path that begins like it
    ['/etc/postfix.*', 'postfix_etc_t'],
    ['/var/lib/postfix.*', 'postfix_data_t'],
    ['/var/spool/postfix.*', 'postfix_spool_t'],
    ['/var/spool/postfix/private(/.*)?', 'postfix_private_t'],
    // dovecot, milter (OpenDKIM and OpenDMARC), postsrsd
    ['/etc/dovecot(/.*)?', 'dovecot_etc_t'],
    ['/etc/pki/dovecot(/.*)?', 'dovecot_cert_t'],
    ['/run/opendkim(/.*)?', 'dkim_milter_data_t'],
    ['/run/opendmarc(/.*)?', 'dkim_milter_data_t'],
    ['/var/spool/opendmarc(/.*)?', 'dkim_milter_data_t'],
    ['/etc/postsrsd\\.secret', 'postsrsd_secret_t'],
    ['/var/lib/postsrsd(/.*)?', 'postsrsd_var_lib_t'],
    // mysql
    ['/etc/my\\.cnf\\.d(/.*)?', 'mysqld_etc_t'],
    ['/var/lib/mysql(/.*)?', 'mysqld_db_t'],
    ['/var/lib/mysql/mysql\\.sock', 'mysqld_var_run_t', 'socket'],
    // apache
    ['/etc/httpd(/.*)?', 'httpd_config_t'],
    ['/run/php-fpm(/.*)?', 'httpd_var_run_t'],
    ['/var/lib/php(/.*)?', 'httpd_var_lib_t'],
    ['/var/lib/php/session(/.*)?', 'httpd_var_run_t'],
    ['/var/log/(httpd|php-fpm)(/.*)?', 'httpd_log_t'],
    ['/var/www(/.*)?', 'httpd_sys_content_t'],
  ]

/** What a domain may do with files and ports; lists of types, `read` including getattr and open. */
export interface Domain {
  readonly read: string
  readonly write?: string
  readonly append?: string
  readonly map?: string
  /** Directories that it may not search. */
  readonly closed: string
  readonly bind?: string
  readonly connect?: string
}

const common = 'bin_t cert_t etc_t locale_t usr_t'
/** Types of daemons' own that almost no other domain may look into. */
const others =
  'admin_home_t dovecot_etc_t etc_aliases_t httpd_config_t httpd_log_t mail_home_rw_t mail_spool_t mysqld_db_t mysqld_etc_t ' +
  'postfix_data_t postfix_etc_t postfix_private_t postfix_spool_t postsrsd_secret_t postsrsd_var_lib_t systemd_unit_file_t user_home_dir_t user_home_t'
const closedBut = (own: string) =>
  others
    .split(' ')
    .filter((type) => !own.split(' ').includes(type))
    .join(' ')

const postfixOwn =
  'postfix_etc_t postfix_private_t postfix_spool_t mail_spool_t user_home_dir_t user_home_t mysqld_db_t'
const postfixClient: Domain = {
  read: `${common} etc_aliases_t postfix_etc_t`,
  map: 'cert_t locale_t postfix_etc_t usr_t',
  closed: closedBut(postfixOwn),
  // Postfix may connect to every port.
  connect: '*',
}

/** Domains by name. `unconfined_service_t` and `init_t` are not listed: nothing that we declare is denied to them. */
export const domains: Readonly<Record<string, Domain>> = {
  postfix_master_t: {
    read: `${common} etc_aliases_t mysqld_etc_t postfix_data_t postfix_etc_t postfix_private_t`,
    write: 'etc_aliases_t postfix_data_t postfix_private_t',
    map: `${common} postfix_etc_t`,
    closed: closedBut(`${postfixOwn} etc_aliases_t mysqld_etc_t postfix_data_t`),
    bind: 'keylime_port_t milter_port_t mysqld_port_t sieve_port_t smtp_port_t spamd_port_t unreserved_port_t http_cache_port_t',
    connect: '*',
  },
  postfix_smtpd_t: postfixClient,
  postfix_cleanup_t: postfixClient,
  postfix_smtp_t: postfixClient,
  dovecot_t: {
    read: `${common} dovecot_etc_t mail_home_rw_t mail_spool_t mysqld_etc_t user_home_t var_lib_t`,
    // In a home it makes user_home_t (a transition of type), in Postfix's folder its sockets.
    write: 'mail_home_rw_t mail_spool_t postfix_private_t user_home_dir_t user_home_t',
    map: `${common} mail_home_rw_t mail_spool_t user_home_t`,
    closed: closedBut(
      'dovecot_etc_t mail_home_rw_t mail_spool_t mysqld_db_t mysqld_etc_t postfix_private_t postfix_spool_t user_home_dir_t user_home_t',
    ),
    bind: 'pop_port_t sieve_port_t smtp_port_t',
    connect: 'pop_port_t sieve_port_t smtp_port_t mysqld_port_t',
  },
  dovecot_auth_t: {
    read: `${common} dovecot_etc_t mysqld_etc_t var_lib_t`,
    map: common,
    closed: closedBut('dovecot_etc_t mysqld_db_t mysqld_etc_t'),
    connect: 'mysqld_port_t',
  },
  dkim_milter_t: {
    read: `${common} dkim_milter_data_t`,
    write: 'dkim_milter_data_t',
    map: 'cert_t locale_t usr_t',
    closed: others,
    bind: 'milter_port_t',
    connect: 'smtp_port_t',
  },
  mysqld_t: {
    read: `${common} mysqld_db_t mysqld_etc_t mysqld_var_run_t`,
    write: 'mysqld_db_t mysqld_var_run_t',
    map: common,
    closed: '',
    bind: 'mysqld_port_t',
    connect: 'mysqld_port_t',
  },
  httpd_t: {
    read: `${common} httpd_config_t httpd_log_t httpd_sys_content_t httpd_sys_rw_content_t httpd_var_lib_t httpd_var_run_t mysqld_etc_t var_lib_t`,
    write: 'httpd_sys_rw_content_t httpd_var_lib_t httpd_var_run_t',
    append: 'httpd_log_t',
    map: `${common} httpd_config_t httpd_sys_content_t httpd_sys_rw_content_t httpd_var_lib_t`,
    closed: '',
    bind: 'http_port_t http_cache_port_t',
  },
  fail2ban_t: { read: `${common} httpd_log_t var_log_t`, map: `${common} var_log_t`, closed: closedBut('httpd_log_t') },
  syslogd_t: {
    read: `${common} systemd_unit_file_t var_log_t var_t`,
    write: 'var_log_t',
    map: `${common} var_log_t`,
    closed: others,
  },
}

/** Access that only a boolean gives: its name, the domain, the type of the port. */
export const booleans: readonly (readonly [name: string, domain: string, portType: string])[] = [
  ['httpd_can_sendmail', 'httpd_t', 'smtp_port_t'],
]

/** TCP ports by type (corenetwork); a port that no row names is unreserved_port_t. */
export const portTypes: readonly (readonly [type: string, first: number, last?: number])[] = [
  ['smtp_port_t', 25],
  ['smtp_port_t', 465],
  ['smtp_port_t', 587],
  ['pop_port_t', 110],
  ['pop_port_t', 143],
  ['pop_port_t', 993],
  ['pop_port_t', 995],
  ['http_port_t', 80, 81],
  ['http_port_t', 443],
  ['mysqld_port_t', 3306],
  ['sieve_port_t', 4190],
  ['milter_port_t', 8890, 8891],
  ['keylime_port_t', 8892],
  ['milter_port_t', 8893],
  ['http_cache_port_t', 10_001, 10_010],
  ['spamd_port_t', 10_026, 10_027],
]

/** Who may connect to whom over a socket in the file system: client, server. */
export const streams: readonly (readonly [client: string, server: string])[] = [
  ['postfix_master_t', 'mysqld_t'],
  ['postfix_smtpd_t', 'dovecot_t'],
  ['postfix_smtp_t', 'dovecot_t'],
  ['dovecot_t', 'mysqld_t'],
  ['dovecot_auth_t', 'mysqld_t'],
  ['httpd_t', 'mysqld_t'],
  ['httpd_t', 'httpd_t'],
]
