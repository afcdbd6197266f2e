import type { Rpm, RpmGroup } from '../build/table.ts'

const LIBARCH = 'usr/lib/x86_64-linux-gnu'
const PYTHON = 'usr/lib/python3/dist-packages'

const firewalld: readonly Rpm[] = [
  {
    name: 'firewalld',
    version: { of: 'firewalld' },
    repo: 'baseos',
    noarch: true,
    summary: 'A firewall daemon with D-Bus interface providing a dynamic firewall',
    requires: ['firewalld-filesystem', 'python3-firewall', 'nftables'],
    provides: ['firewall-daemon'],
    take: {
      firewalld: {
        'usr/sbin/*': '/usr/sbin/',
        'usr/bin/firewall-{cmd,offline-cmd}': '/usr/bin/',
        'usr/lib/firewalld': '/usr/lib/firewalld',
        'etc/firewalld': '/etc/firewalld',
        'etc/logrotate.d/firewalld': '/etc/logrotate.d/',
        'usr/share/dbus-1/*': '/usr/share/dbus-1/',
        'usr/share/polkit-1/*': '/usr/share/polkit-1/',
        'usr/lib/systemd/system/firewalld.service': '/usr/lib/systemd/system/',
      },
    },
    links: {
      '/usr/share/polkit-1/actions/org.fedoraproject.FirewallD1.policy':
        'org.fedoraproject.FirewallD1.server.policy.choice',
    },
    edit: [
      ['/usr/lib/firewalld/zones/public.xml', /(.*dhcpv6-client.*\n)/, '$1  <service name="cockpit"/>\n'],
      ['/usr/lib/systemd/system/firewalld.service', /^# supress.*\n/m, ''],
    ],
    post: 'systemctl reload dbus >/dev/null 2>&1',
  },
  { name: 'firewalld-filesystem', version: { of: 'firewalld' }, repo: 'baseos', noarch: true },
  {
    name: 'python3-firewall',
    version: { of: 'firewalld' },
    repo: 'baseos',
    noarch: true,
    take: { 'python3-firewall': { [`${PYTHON}/firewall`]: `/${PYTHON}/firewall` } },
  },
]

const sasl = { version: { of: 'sasl2-bin' }, repo: 'baseos' } as const
const mechanisms = (name: string, libs: string): Rpm => ({
  ...sasl,
  name: `cyrus-sasl-${name}`,
  requires: ['cyrus-sasl-lib'],
  take: { 'libsasl2-modules': { [`${LIBARCH}/sasl2/${libs}*`]: '/usr/lib64/sasl2/' } },
})

const cyrusSasl: readonly Rpm[] = [
  {
    ...sasl,
    name: 'cyrus-sasl',
    requires: ['cyrus-sasl-lib'],
    take: { 'sasl2-bin': { 'usr/sbin/{saslauthd,testsaslauthd}': '/usr/sbin/' } },
    groups: { saslauth: 76 },
  },
  {
    ...sasl,
    name: 'cyrus-sasl-lib',
    take: {
      'libsasl2-modules-db': { [`${LIBARCH}/sasl2/*`]: '/usr/lib64/sasl2/' },
      'libsasl2-modules': { [`${LIBARCH}/sasl2/libanonymous*`]: '/usr/lib64/sasl2/' },
      'sasl2-bin': { 'usr/sbin/{sasldblistusers2,saslpasswd2,saslpluginviewer}': '/usr/sbin/' },
    },
  },
  mechanisms('plain', '{libplain,liblogin}'),
  mechanisms('md5', '{libcrammd5,libdigestmd5}'),
  mechanisms('scram', 'libscram'),
]

const rsyslog: Rpm = {
  name: 'rsyslog',
  version: { of: 'rsyslog' },
  requires: ['logrotate'],
  take: { rsyslog: { 'usr/sbin/rsyslogd': '/usr/sbin/', [`${LIBARCH}/rsyslog/*`]: '/usr/lib64/rsyslog/' } },
  links: { [`/${LIBARCH}/rsyslog`]: '../../lib64/rsyslog' },
  write: { '/etc/sysconfig/rsyslog': 'SYSLOGD_OPTIONS=""\n' },
  dirs: { '/etc/rsyslog.d': '0755 root root', '/var/lib/rsyslog': '0700 root root' },
}

const logrotate: Rpm = {
  name: 'logrotate',
  version: { of: 'logrotate' },
  repo: 'baseos',
  take: { logrotate: { 'usr/sbin/logrotate': '/usr/sbin/', 'etc/logrotate.conf': '/etc/logrotate.conf' } },
}

const cronie: readonly Rpm[] = [
  {
    name: 'cronie',
    version: { of: 'cron' },
    repo: 'baseos',
    requires: ['crontabs'],
    take: { cron: { 'usr/sbin/cron': '/usr/sbin/crond', 'usr/bin/crontab': '/usr/bin/crontab' } },
    write: { '/etc/sysconfig/crond': 'CRONDARGS=\n' },
    dirs: { '/var/spool/cron/crontabs': '1730 root crontab' },
    modes: { '/usr/bin/crontab': '2755 root crontab' },
    groups: { crontab: undefined },
  },
  { name: 'crontabs', version: '1.11', repo: 'baseos', dirs: { '/etc/cron.d': '0755 root root' } },
]

const chrony: Rpm = {
  name: 'chrony',
  version: { of: 'chrony' },
  repo: 'baseos',
  take: { chrony: { 'usr/sbin/chronyd': '/usr/sbin/', 'usr/bin/chronyc': '/usr/bin/' } },
  strings: { '/etc/chrony/chrony.conf': '/etc/chrony.conf', _chrony: 'chrony' },
  dirs: { '/var/lib/chrony': '0750 chrony chrony', '/var/log/chrony': '0750 chrony chrony' },
  users: [{ name: 'chrony', home: '/var/lib/chrony' }],
}

const unbound: Rpm = {
  name: 'unbound',
  version: { of: 'unbound' },
  take: { unbound: { 'usr/sbin/*': '/usr/sbin/' } },
  dirs: {
    '/etc/unbound/conf.d': '0755 root root',
    '/etc/unbound/local.d': '0755 root root',
    '/var/lib/unbound': '0755 unbound unbound',
  },
  users: [{ name: 'unbound', home: '/etc/unbound' }],
}

export const systemGroups: readonly RpmGroup[] = [
  { rpms: firewalld },
  { rpms: cyrusSasl },
  { rpms: [rsyslog, logrotate, chrony, unbound, ...cronie] },
]
