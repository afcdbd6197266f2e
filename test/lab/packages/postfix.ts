import type { Rpm, RpmGroup } from '../build/table.ts'

const SBIN =
  'postalias postcat postconf postdrop postfix postkick postlock postlog postmap postmulti postqueue postsuper'
const QUEUES = [
  'active',
  'bounce',
  'corrupt',
  'defer',
  'deferred',
  'flush',
  'hold',
  'incoming',
  'private',
  'saved',
  'trace',
]
const LIBS = ['util', 'global', 'dns', 'tls', 'master'].map((name) => `libpostfix-${name}.so`)
const EMPTY_MAPS = ['access', 'canonical', 'generic', 'header_checks', 'relocated', 'transport', 'virtual']

const postfix: Rpm = {
  name: 'postfix',
  version: { of: 'postfix' },
  epoch: 2,
  summary: 'Postfix Mail Transport Agent',
  requires: ['cyrus-sasl-lib', 'policycoreutils', 'diffutils', 'findutils'],
  provides: ['MTA', 'smtpd', 'smtpdaemon', 'server(smtp)'],
  take: {
    postfix: {
      'usr/lib/postfix/sbin/*': '/usr/libexec/postfix/',
      'usr/lib/postfix/libpostfix-*.so': '/usr/lib64/postfix/',
      [`usr/sbin/{${SBIN.replaceAll(' ', ',')}}`]: '/usr/sbin/',
      'usr/sbin/{smtp-sink,smtp-source,qmqp-source,qshape}': '/usr/sbin/',
      'usr/sbin/sendmail': '/usr/sbin/sendmail.postfix',
      'etc/postfix/postfix-files': '/etc/postfix/postfix-files',
      'usr/share/postfix/makedefs.out': '/etc/postfix/makedefs.out',
    },
  },
  write: {
    '/etc/postfix/dynamicmaps.cf': '# dict-type\tso-name (pathname)\tdict-function\tmkmap-function\n',
    ...Object.fromEntries(EMPTY_MAPS.map((map) => [`/etc/postfix/${map}`, `# See ${map}(5).\n`])),
  },
  strings: { '/usr/lib/postfix/sbin': '/usr/libexec/postfix', '/usr/share/postfix': '/etc/postfix' },
  rpath: '/usr/lib64/postfix',
  links: {
    '/usr/bin/newaliases.postfix': '../sbin/sendmail.postfix',
    '/usr/bin/mailq.postfix': '../sbin/sendmail.postfix',
    '/usr/bin/rmail.postfix': '../sbin/sendmail.postfix',
    '/usr/lib/sendmail.postfix': '../sbin/sendmail.postfix',
    // For defaults that are compiled in and too short to be patched.
    '/usr/lib/postfix/sbin': '../../libexec/postfix',
    ...Object.fromEntries(LIBS.map((lib) => [`/usr/lib/postfix/${lib}`, `../../lib64/postfix/${lib}`])),
  },
  dirs: {
    '/etc/postfix/dynamicmaps.cf.d': '0755 root root',
    '/etc/postfix/postfix-files.d': '0755 root root',
    ...Object.fromEntries(QUEUES.map((queue) => [`/var/spool/postfix/${queue}`, '0700 postfix root'])),
    '/var/spool/postfix/maildrop': '0730 postfix postdrop',
    '/var/spool/postfix/public': '0710 postfix postdrop',
    '/var/spool/postfix/pid': '0755 root root',
    '/var/lib/postfix': '0700 postfix root',
  },
  modes: {
    '/usr/sbin/postdrop': '2755 root postdrop',
    '/usr/sbin/postqueue': '2755 root postdrop',
    '/usr/sbin/postlog': '2755 root postdrop',
    ...Object.fromEntries(LIBS.map((lib) => [`/usr/lib64/postfix/${lib}`, '0755 root root'])),
  },
  groups: { postdrop: 90 },
  users: [{ name: 'postfix', id: 89, home: '/var/spool/postfix', groups: 'mail' }],
  post: `/usr/sbin/postfix set-permissions upgrade-configuration daemon_directory=/usr/libexec/postfix \
  command_directory=/usr/sbin mail_owner=postfix setgid_group=postdrop manpage_directory=/usr/share/man \
  sample_directory=/usr/share/doc/postfix/samples \
  readme_directory=/usr/share/doc/postfix/README_FILES >/dev/null 2>&1
alternatives --install /usr/sbin/sendmail mta /usr/sbin/sendmail.postfix 60 \
  --slave /usr/bin/mailq mta-mailq /usr/bin/mailq.postfix \
  --slave /usr/bin/newaliases mta-newaliases /usr/bin/newaliases.postfix \
  --slave /usr/bin/rmail mta-rmail /usr/bin/rmail.postfix \
  --slave /usr/lib/sendmail mta-sendmail /usr/lib/sendmail.postfix >/dev/null 2>&1
if [ ! -f /etc/pki/tls/private/postfix.key ]; then
  (umask 077; openssl req -new -x509 -nodes -newkey rsa:4096 -days 365 -subj "/CN=$(hostname)" \
    -keyout /etc/pki/tls/private/postfix.key -out /etc/pki/tls/certs/postfix.pem >/dev/null 2>&1)
  chmod 644 /etc/pki/tls/certs/postfix.pem
fi`,
}

const mapType = (type: string, ...functions: readonly string[]): Rpm => ({
  name: `postfix-${type}`,
  version: { of: 'postfix' },
  epoch: 2,
  requires: ['postfix = {evr}'],
  take: { [`postfix-${type}`]: { [`usr/lib/postfix/postfix-${type}.so`]: '/usr/lib64/postfix/' } },
  rpath: '/usr/lib64/postfix',
  links: { [`/usr/lib/postfix/postfix-${type}.so`]: `../../lib64/postfix/postfix-${type}.so` },
  write: {
    [`/etc/postfix/dynamicmaps.cf.d/${type}.cf`]: `${type}\tpostfix-${type}.so\t${functions.join('\t')}\n`,
    [`/etc/postfix/postfix-files.d/${type}`]: `$shlib_directory/postfix-${type}.so:f:root:-:755\n`,
  },
  modes: { [`/usr/lib64/postfix/postfix-${type}.so`]: '0755 root root' },
})

export const postfixGroup: RpmGroup = {
  rpms: [
    postfix,
    mapType('mysql', 'dict_mysql_open'),
    mapType('pcre', 'dict_pcre_open'),
    mapType('lmdb', 'dict_lmdb_open', 'mkmap_lmdb_open'),
  ],
}
