import type { Rpm, RpmGroup } from '../build/table.ts'

/** Debian packages of the runtime root: what a minimal EL9 host has, and the libraries of everything in the table. */
export const BASE_DEBS = `
systemd systemd-sysv dbus polkitd openssh-server openssh-client python3 iproute2 ca-certificates procps
dnf dnf-plugins-core rpm sudo curl openssl less iputils-ping hostname rsync selinux-utils nftables
iptables ipset acl xz-utils bzip2 zstd libnss-myhostname psmisc
libdbi-perl libdbd-mysql-perl libhttp-message-perl libjson-perl libswitch-perl libsasl2-2
base-files base-passwd bash bsdutils coreutils dash debianutils diffutils findutils gawk grep gzip
init-system-helpers libc-bin libnss-systemd libpam-modules libpam-runtime libpam-systemd login ncurses-base
ncurses-bin passwd perl perl-base sed sysvinit-utils tar tzdata util-linux`
  .trim()
  .split(/\s+/)

/** What only Debian's maintainer scripts need, and what would get in the way. */
export const UNWANTED_DEBS = new Set(
  `cron-daemon-common db-util db5.3-util dbconfig-common dbconfig-mysql dbconfig-no-thanks dirmngr dns-root-data galera-4
  gnupg gnupg-l10n gnupg-utils gpg-wks-client gpg-wks-server gpgsm mariadb-common mysql-common php-common
  php8.2-readline sgml-base ssl-cert ucf vim-common x11-common xml-core`.split(/\s+/),
)

/** Present in the image as files; these RPMs of the same name without contents tell rpm and dnf so. */
const PRESENT = `
bash coreutils glibc glibc-common glibc-langpack-en systemd systemd-libs systemd-udev systemd-pam openssh
openssh-server openssh-clients python3 python3-libs python3-dnf dnf dnf-data dnf-plugins-core
python3-dnf-plugins-core yum rpm rpm-libs python3-rpm sudo tar gzip xz bzip2 zstd curl libcurl openssl openssl-libs
ca-certificates crypto-policies iproute iputils procps-ng hostname rsync which less gawk sed grep findutils diffutils
util-linux shadow-utils passwd libselinux libselinux-utils nftables iptables-nft ipset polkit dbus acl attr setup
filesystem basesystem tzdata pcre2 krb5-libs perl perl-interpreter psmisc`
  .trim()
  .split(/\s+/)

const VERSIONS: Readonly<Record<string, string>> = { python3: '3.9.21', 'python3-libs': '3.9.21' }
const PROVIDES: Readonly<Record<string, readonly string[]>> = {
  bash: ['/bin/sh', '/bin/bash', '/usr/bin/bash', '/usr/bin/sh'],
  python3: ['/usr/bin/python3'],
  perl: ['/usr/bin/perl'],
}

const present = PRESENT.map(
  (name): Rpm => ({
    name,
    version: VERSIONS[name] ?? '1.0',
    repo: 'baseos',
    noarch: true,
    summary: 'Part of the base image',
    provides: PROVIDES[name] ?? [],
  }),
)

const release: Rpm = {
  name: 'almalinux-release',
  version: '9.6',
  repo: 'baseos',
  requires: ['almalinux-repos'],
  provides: [
    ...['system-release = 9.6', 'system-release(releasever) = 9', 'redhat-release = 9.6', 'centos-release = 9.6'],
    'base-module(platform:el9)',
  ],
  links: {
    '/etc/os-release': '../usr/lib/os-release',
    '/etc/redhat-release': 'almalinux-release',
    '/etc/system-release': 'almalinux-release',
  },
}

const repository = (id: string, title: string, enabled: boolean): [string, string] => [
  `/etc/yum.repos.d/almalinux-${id}.repo`,
  `[${id}]
name=AlmaLinux $releasever - ${title}
baseurl=file:///opt/el9lab/repo/${id}
enabled=${enabled ? 1 : 0}
gpgcheck=0
countme=1
metadata_expire=86400
`,
]

const repos: Rpm = {
  name: 'almalinux-repos',
  version: '9.6',
  repo: 'baseos',
  write: Object.fromEntries([
    repository('baseos', 'BaseOS', true),
    repository('appstream', 'AppStream', true),
    repository('extras', 'Extras', true),
    repository('crb', 'CRB', false),
  ]),
}

const epel: Rpm = {
  name: 'epel-release',
  version: '9',
  repo: 'extras',
  noarch: true,
  requires: ['redhat-release >= 9'],
}

export const baseGroups: readonly RpmGroup[] = [{ rpms: present }, { rpms: [release, repos, epel] }]

/** What dnf installs while the image is made. */
export const BASE_RPMS: readonly string[] = [
  ...PRESENT,
  'almalinux-release',
  'almalinux-repos',
  'cyrus-sasl-lib',
  'logrotate',
]
