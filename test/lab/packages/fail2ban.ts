import type { Rpm, RpmGroup } from '../build/table.ts'

const PYTHON = 'usr/lib/python3/dist-packages'
const ETC = '/etc/fail2ban'

/** In EPEL's packages the distribution's paths are Fedora's, and no jail is on. */
const server: Rpm = {
  name: 'fail2ban-server',
  version: { of: 'fail2ban' },
  repo: 'epel',
  noarch: true,
  summary: 'Core server component for Fail2Ban',
  requires: ['python3-systemd', 'nftables'],
  take: {
    fail2ban: {
      'usr/bin/fail2ban-{client,regex,server}': '/usr/bin/',
      'etc/fail2ban': ETC,
      'etc/logrotate.d/fail2ban': '/etc/logrotate.d/',
      'usr/lib/systemd/system/fail2ban.service': '/usr/lib/systemd/system/',
      'usr/lib/tmpfiles.d/fail2ban*.conf': '/usr/lib/tmpfiles.d/',
      [`${PYTHON}/fail2ban`]: `/${PYTHON}/fail2ban`,
    },
  },
  drop: [
    `${ETC}/paths-{arch,debian,opensuse}.conf`,
    `${ETC}/jail.d/defaults-debian.conf`,
    `/${PYTHON}/fail2ban/{tests,setup.py}`,
  ],
  edit: [[`${ETC}/jail.conf`, /^before = paths-debian\.conf$/m, 'before = paths-fedora.conf']],
  write: {
    [`${ETC}/paths-fedora.conf`]: `[INCLUDES]
before = paths-common.conf
after = paths-overrides.local

[DEFAULT]
syslog_mail = /var/log/maillog
syslog_mail_warn = /var/log/maillog
syslog_authpriv = /var/log/secure
syslog_backend = systemd
sshd_backend = systemd
postfix_backend = systemd
dovecot_backend = systemd
`,
  },
  links: { '/usr/bin/fail2ban-python': 'python3' },
  dirs: { '/var/lib/fail2ban': '0755 root root' },
}

/** Makes rich rules of firewalld the default action; the package `fail2ban` brings it along. */
const firewalld: Rpm = {
  name: 'fail2ban-firewalld',
  version: { of: 'fail2ban' },
  repo: 'epel',
  noarch: true,
  requires: ['fail2ban-server', 'firewalld'],
  write: {
    [`${ETC}/jail.d/00-firewalld.conf`]:
      '[DEFAULT]\nbanaction = firewallcmd-rich-rules\nbanaction_allports = firewallcmd-rich-rules\n',
  },
}

const pythonSystemd: Rpm = {
  name: 'python3-systemd',
  version: { of: 'python3-systemd' },
  repo: 'baseos',
  take: { 'python3-systemd': { [`${PYTHON}/systemd`]: `/${PYTHON}/systemd` } },
}

export const fail2banGroup: RpmGroup = { rpms: [server, firewalld, pythonSystemd] }
