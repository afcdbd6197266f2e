import type { Rpm, RpmGroup } from '../build/table.ts'

const MILTER_LIB = 'libmilter.so.1.0()(64bit)'
const MEMCACHED_LIB = 'libmemcached.so.11()(64bit)'
const RESOLVER = '/usr/lib64/opendkim/libel9resolv.so'

/** The libraries themselves are in the base image; as on EL9, EPEL's milters cannot be installed without CRB. */
const crb: readonly Rpm[] = [
  { name: 'sendmail-milter', version: '8.16.1', repo: 'crb', provides: [MILTER_LIB] },
  { name: 'libmemcached-awesome', version: '1.1.0', repo: 'crb', provides: [MEMCACHED_LIB] },
]

/** EPEL's version; Debian has the same beta. */
const OPENDKIM = { version: '2.11.0', release: '0.36.el9' } as const

const opendkim: readonly Rpm[] = [
  {
    name: 'opendkim',
    ...OPENDKIM,
    repo: 'epel',
    summary: 'A DomainKeys Identified Mail (DKIM) milter to sign and/or verify mail',
    requires: ['libopendkim', MILTER_LIB, MEMCACHED_LIB],
    recommends: ['opendkim-tools'],
    take: { opendkim: { 'usr/sbin/opendkim': '/usr/sbin/' } },
    preload: RESOLVER,
    write: {
      '/etc/sysconfig/opendkim':
        'OPTIONS="-x /etc/opendkim.conf"\nDKIM_SELECTOR=default\nDKIM_KEYDIR=/etc/opendkim/keys\n',
    },
    dirs: {
      '/etc/opendkim': '0755 root opendkim',
      '/etc/opendkim/keys': '0750 root opendkim',
      '/var/spool/opendkim': '0750 opendkim opendkim',
    },
    modes: {
      '/etc/opendkim/KeyTable': '0640 opendkim opendkim',
      '/etc/opendkim/SigningTable': '0640 opendkim opendkim',
      '/etc/opendkim/TrustedHosts': '0640 opendkim opendkim',
    },
    users: [{ name: 'opendkim', home: '/run/opendkim', groups: 'mail' }],
  },
  {
    name: 'opendkim-tools',
    ...OPENDKIM,
    repo: 'epel',
    requires: ['libopendkim', MEMCACHED_LIB],
    take: { 'opendkim-tools': { 'usr/sbin/*': '/usr/sbin/', 'usr/bin/*': '/usr/bin/' } },
    preload: RESOLVER,
  },
  {
    name: 'libopendkim',
    ...OPENDKIM,
    repo: 'epel',
    requires: [MEMCACHED_LIB],
    compile: { [RESOLVER]: 'ubresolv.c' },
  },
]

const opendmarc: readonly Rpm[] = [
  {
    name: 'opendmarc',
    version: { of: 'opendmarc' },
    repo: 'epel',
    summary: 'A Domain-based Message Authentication, Reporting & Conformance (DMARC) milter and library',
    requires: ['libopendmarc', MILTER_LIB],
    take: {
      opendmarc: {
        'usr/sbin/{opendmarc,opendmarc-check}': '/usr/sbin/',
        'usr/share/dbconfig-common/data/opendmarc/install/mysql': '/usr/share/opendmarc/db/schema.mysql',
      },
    },
    // The default that upstream ships, which MariaDB refuses with ERROR 1067.
    edit: [
      ['/usr/share/opendmarc/db/schema.mysql', /1970-01-01 00:00:01/, '1970-01-01 00:00:00'],
      ['/usr/share/opendmarc/db/schema.mysql', /^SET TIME_ZONE.*\n/m, ''],
    ],
    dirs: { '/etc/opendmarc': '0755 opendmarc opendmarc', '/var/spool/opendmarc': '0755 opendmarc opendmarc' },
    users: [{ name: 'opendmarc', home: '/run/opendmarc', groups: 'mail' }],
  },
  {
    name: 'opendmarc-tools',
    version: { of: 'opendmarc' },
    repo: 'epel',
    requires: [
      'perl-interpreter',
      'perl(DBD::mysql)',
      'perl(DBI)',
      'perl(HTTP::Request)',
      'perl(JSON)',
      'perl(Switch)',
    ],
    take: { opendmarc: { 'usr/sbin/opendmarc-{expire,import,importstats,params,reports}': '/usr/sbin/' } },
  },
  { name: 'libopendmarc', version: { of: 'opendmarc' }, repo: 'epel' },
]

/** Perl modules which EL9 has as packages and the base image as files. */
const perl: readonly Rpm[] = [
  { name: 'perl-DBI', version: '1.643', noarch: true, provides: ['perl(DBI)'] },
  { name: 'perl-DBD-MySQL', version: '4.050', noarch: true, requires: ['perl-DBI'], provides: ['perl(DBD::mysql)'] },
  { name: 'perl-HTTP-Message', version: '6.29', noarch: true, provides: ['perl(HTTP::Request)'] },
  { name: 'perl-JSON', version: '4.03', noarch: true, provides: ['perl(JSON)'] },
  { name: 'perl-Switch', version: '2.17', noarch: true, repo: 'epel', provides: ['perl(Switch)'] },
]

const postsrsd: Rpm = {
  name: 'postsrsd',
  version: { of: 'postsrsd' },
  repo: 'epel',
  summary: 'Sender Rewriting Scheme (SRS) provider for Postfix',
  take: { postsrsd: { 'usr/sbin/postsrsd': '/usr/sbin/' } },
  post: `[ -f /etc/postsrsd.secret ] || (umask 077; head -c 18 /dev/urandom | base64 >/etc/postsrsd.secret)`,
}

const PYTHON = 'usr/lib/python3/dist-packages'
const python = (name: string, deb: string, contents: readonly string[]): Rpm => ({
  name,
  version: { of: deb },
  repo: 'epel',
  take: { [deb]: Object.fromEntries(contents.map((path) => [`${PYTHON}/${path}`, `/${PYTHON}/`])) },
})

const filter: Omit<Rpm, 'version'> = {
  name: 'openarc',
  summary: 'An open source library and milter for providing ARC service',
  requires: ['libopenarc', MILTER_LIB, 'python3-pymilter', 'python3-dkimpy', 'python3-authres'],
  dirs: { '/etc/openarc': '0755 root openarc' },
  modes: { '/etc/openarc.conf': '0644 root openarc', '/etc/openarc/PeerList': '0440 openarc openarc' },
  users: [{ name: 'openarc', home: '/var/lib/openarc', groups: 'mail' }],
}

const BETA = { version: '1.0.0', release: '0.15.Beta3.el9', repo: 'epel' } as const
const openarc: readonly Rpm[] = [
  { ...filter, ...BETA },
  { name: 'libopenarc', ...BETA },
  python('python3-pymilter', 'python3-milter', ['Milter', 'milter.*.so']),
  python('python3-dkimpy', 'python3-dkim', ['dkim']),
  python('python3-authres', 'python3-authres', ['authres']),
]

/** The fork that EPEL is testing. */
const FORK = { version: '1.3.0', release: '2.el9', repo: 'epel-testing' } as const
const newerOpenarc: readonly Rpm[] = [
  { ...filter, ...FORK, edit: [['/usr/sbin/openarc', /^VERSION = .*$/m, `VERSION = "${FORK.version}"`]] },
  { name: 'libopenarc', ...FORK },
]

export const milterGroups: readonly RpmGroup[] = [
  { rpms: [...crb, ...perl] },
  { rpms: opendkim },
  { rpms: opendmarc },
  { rpms: [postsrsd] },
  { rpms: openarc },
  { rpms: newerOpenarc },
]
