import type { Rpm, RpmGroup } from '../build/table.ts'

const RPATH = '/usr/lib64/dovecot/old-stats:/usr/lib64/dovecot'

/** Makes OpenSSL know PROFILE=SYSTEM. */
const PROFILE = '/usr/lib64/dovecot/libel9profile.so'

/** Debian keeps programs, libraries and modules in one folder; EL9 in three. */
const STRINGS = Object.fromEntries(
  ['', '/auth', '/dict', '/login', '/settings'].map((part) => [
    `/usr/lib/dovecot/modules${part}`,
    `/usr/lib64/dovecot${part}`,
  ]),
)
const PROGRAMS = { 'usr/lib/dovecot/!(*.so*|modules)': '/usr/libexec/dovecot/' }
const LIBRARIES = { 'usr/lib/dovecot/*.so*': '/usr/lib64/dovecot/' }
const MODULES = { 'usr/lib/dovecot/modules': '/usr/lib64/dovecot' }
const CONFIG = { 'usr/share/dovecot/conf.d/*': '/etc/dovecot/conf.d/' }

const dovecot: Rpm = {
  name: 'dovecot',
  version: { of: 'dovecot-core' },
  epoch: 1,
  summary: 'Secure imap and pop3 server',
  requires: ['openssl'],
  provides: ['imapdaemon'],
  take: {
    'dovecot-core': {
      ...{ ...PROGRAMS, ...LIBRARIES, ...MODULES, ...CONFIG },
      'usr/bin/*': '/usr/bin/',
      'usr/sbin/*': '/usr/sbin/',
      'usr/share/dovecot/stopwords': '/usr/share/dovecot/stopwords',
      'usr/share/dovecot/dovecot-openssl.cnf': '/etc/pki/dovecot/dovecot-openssl.cnf',
      'usr/share/dovecot/dovecot-sql.conf.ext': '/usr/share/doc/dovecot/example-config/dovecot-sql.conf.ext',
    },
    'dovecot-imapd': { ...PROGRAMS, ...MODULES, ...CONFIG },
    'dovecot-pop3d': { ...PROGRAMS, ...CONFIG },
    'dovecot-lmtpd': { ...PROGRAMS, ...CONFIG },
    'dovecot-submissiond': { ...PROGRAMS, ...CONFIG },
  },
  drop: ['/etc/dovecot/conf.d/{README*,10-tcpwrapper.conf}', '/usr/lib64/dovecot/settings/libpigeonhole_settings.so'],
  strings: STRINGS,
  rpath: RPATH,
  preload: PROFILE,
  compile: { [PROFILE]: 'sslprofile.c' },
  links: {
    '/usr/lib/dovecot': '../libexec/dovecot',
    '/usr/libexec/dovecot/modules': '../../lib64/dovecot',
  },
  edit: [
    ['/etc/dovecot/conf.d/10-ssl.conf', /^ssl = yes/m, 'ssl = required'],
    ['/etc/dovecot/conf.d/10-ssl.conf', /\/etc\/dovecot\/private\/dovecot.pem/, '/etc/pki/dovecot/certs/dovecot.pem'],
    ['/etc/dovecot/conf.d/10-ssl.conf', /\/etc\/dovecot\/private\/dovecot.key/, '/etc/pki/dovecot/private/dovecot.pem'],
    ['/etc/dovecot/conf.d/10-ssl.conf', /^ssl_client_ca_dir.*/m, '#ssl_client_ca_dir ='],
    ['/etc/dovecot/conf.d/10-ssl.conf', /^ssl_dh = .*/m, '#ssl_dh = </etc/dovecot/dh.pem'],
    ['/etc/dovecot/conf.d/10-ssl.conf', /^#ssl_cipher_list = .*/m, 'ssl_cipher_list = PROFILE=SYSTEM'],
    ['/etc/dovecot/conf.d/10-mail.conf', /^mail_location = .*/m, '#mail_location ='],
    ['/etc/dovecot/conf.d/10-mail.conf', /^mail_privileged_group/m, '#mail_privileged_group'],
    ['/etc/dovecot/conf.d/10-mail.conf', /^#first_valid_uid = .*/m, 'first_valid_uid = 1000'],
  ],
  dirs: {
    '/etc/pki/dovecot/certs': '0755 root root',
    '/etc/pki/dovecot/private': '0755 root root',
    '/var/lib/dovecot': '0750 dovecot dovecot',
  },
  users: [
    { name: 'dovecot', id: 97, home: '/usr/libexec/dovecot' },
    { name: 'dovenull', home: '/usr/libexec/dovecot' },
  ],
}

const pigeonhole: Rpm = {
  name: 'dovecot-pigeonhole',
  version: { of: 'dovecot-sieve' },
  epoch: 1,
  requires: ['dovecot'],
  take: {
    // The settings stub is in dovecot-core on Debian.
    'dovecot-core': { 'usr/lib/dovecot/modules/settings/libpigeonhole_settings.so': '/usr/lib64/dovecot/settings/' },
    'dovecot-sieve': { ...LIBRARIES, ...MODULES, ...CONFIG, 'usr/bin/*': '/usr/bin/' },
    'dovecot-managesieved': { ...PROGRAMS, ...MODULES, ...CONFIG },
  },
  strings: STRINGS,
  rpath: RPATH,
}

const mysql: Rpm = {
  name: 'dovecot-mysql',
  version: { of: 'dovecot-mysql' },
  epoch: 1,
  requires: ['dovecot', 'mariadb-connector-c'],
  take: { 'dovecot-mysql': MODULES },
  strings: STRINGS,
  rpath: RPATH,
}

export const dovecotGroup: RpmGroup = { rpms: [dovecot, pigeonhole, mysql] }
