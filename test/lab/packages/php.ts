import type { Rpm, RpmGroup } from '../build/table.ts'

const version = { of: 'php8.2-fpm' }

/** Debian keeps settings apart for each version and interface; EL9 has one place. */
const STRINGS = {
  '/etc/php/8.2/fpm/conf.d': '/etc/php.d',
  '/etc/php/8.2/cli/conf.d': '/etc/php.d',
  '%s/php/%d.%d/fpm/php-fpm.conf': '%s/php-fpm.conf',
  '/etc/php/8.2/fpm': '/etc',
  '/etc/php/8.2/cli': '/etc',
  '/var/lib/php/sessions': '/tmp',
}

/** Modules are loaded in the order of these numbers. */
const ORDER: Readonly<Record<string, number>> = { opcache: 10, mysqli: 30, pdo_mysql: 30, xmlreader: 30 }

function modules(deb: string, names: string): Pick<Rpm, 'take' | 'write'> {
  const list = names.split(/\s+/)
  const ini = (name: string) => `${name === 'opcache' ? 'zend_extension' : 'extension'}=${name}\n`
  return {
    take: {
      [deb]: Object.fromEntries(list.map((name) => [`usr/lib/php/20220829/${name}.so`, '/usr/lib64/php/modules/'])),
    },
    write: Object.fromEntries(list.map((name) => [`/etc/php.d/${ORDER[name] ?? 20}-${name}.ini`, ini(name)])),
  }
}

const COMMON =
  'calendar ctype exif ffi fileinfo ftp gettext iconv phar posix shmop sockets sysvmsg sysvsem sysvshm tokenizer'
const common = modules('php8.2-common', COMMON)

const rpms: readonly Rpm[] = [
  {
    name: 'php',
    version,
    summary: 'PHP scripting language for creating dynamic web sites',
    requires: ['php-fpm', 'php-common'],
    recommends: ['php-cli', 'php-mbstring', 'php-opcache', 'php-pdo', 'php-xml'],
    provides: ['mod_php'],
  },
  {
    name: 'php-common',
    version,
    provides: ['php-json'],
    ...common,
    take: {
      'php8.2-common': { ...common.take?.['php8.2-common'], 'usr/lib/php/8.2/php.ini-production': '/etc/php.ini' },
    },
    links: { '/usr/lib/php/20220829': '../../lib64/php/modules' },
    dirs: { '/var/lib/php': '0755 root root' },
  },
  {
    name: 'php-cli',
    version,
    requires: ['php-common'],
    take: { 'php8.2-cli': { 'usr/bin/php8.2': '/usr/bin/php' } },
    strings: STRINGS,
  },
  {
    name: 'php-fpm',
    version,
    requires: ['php-common', 'httpd-filesystem', 'nginx-filesystem'],
    take: { 'php8.2-fpm': { 'usr/sbin/php-fpm8.2': '/usr/sbin/php-fpm' } },
    strings: STRINGS,
    dirs: {
      '/var/lib/php/session': '0770 root apache',
      '/var/lib/php/wsdlcache': '0770 root apache',
      '/var/lib/php/opcache': '0770 root apache',
      '/var/log/php-fpm': '0770 apache root',
    },
  },
  { name: 'php-pdo', version, requires: ['php-common'], ...modules('php8.2-common', 'pdo') },
  {
    name: 'php-mysqlnd',
    version,
    requires: ['php-pdo'],
    provides: ['php-mysqli'],
    ...modules('php8.2-mysql', 'mysqlnd mysqli pdo_mysql'),
  },
  { name: 'php-mbstring', version, requires: ['php-common'], ...modules('php8.2-mbstring', 'mbstring') },
  {
    name: 'php-xml',
    version,
    requires: ['php-common'],
    ...modules('php8.2-xml', 'dom simplexml xml xmlreader xmlwriter xsl'),
  },
  { name: 'php-intl', version, requires: ['php-common'], ...modules('php8.2-intl', 'intl') },
  { name: 'php-opcache', version, requires: ['php-common'], ...modules('php8.2-opcache', 'opcache') },
]

const NGINX = ['/etc/nginx', '/etc/nginx/conf.d', '/etc/nginx/default.d', '/usr/share/nginx', '/usr/share/nginx/html']

/** Brings the user that php-fpm's socket is opened for. */
const nginxFilesystem: Rpm = {
  name: 'nginx-filesystem',
  version: '1.20.1',
  epoch: 1,
  noarch: true,
  users: [{ name: 'nginx', home: '/var/lib/nginx' }],
  dirs: Object.fromEntries(NGINX.map((path) => [path, '0755 root root'])),
}

export const phpGroups: readonly RpmGroup[] = [
  {
    rpms,
    releases: ['1.el9', '1.module_el9'],
    module: { name: 'php', stream: '8.2', profile: ['php-cli', 'php-common', 'php-fpm', 'php-mbstring', 'php-xml'] },
  },
  { rpms: [nginxFilesystem] },
]
