import type { Rpm, RpmGroup } from '../build/table.ts'

const version = { of: 'apache2-bin' }

const load = (modules: string): string =>
  modules
    .split(/\s+/)
    .map((name) => `LoadModule ${name}_module modules/mod_${name}.so\n`)
    .join('')

/** Modules that EL9 loads and Debian builds; the rest of Debian's are linked in. */
const BASE = `access_compat actions alias allowmethods auth_basic auth_digest authn_anon authn_core authn_dbd authn_dbm
authn_file authn_socache authz_core authz_dbd authz_dbm authz_groupfile authz_host authz_owner authz_user autoindex
cache cache_disk cache_socache data dbd deflate dir dumpio echo env expires ext_filter filter headers include info
macro mime mime_magic negotiation remoteip reqtimeout request rewrite setenvif slotmem_plain slotmem_shm
socache_dbm socache_memcache socache_shmcb status substitute suexec unique_id userdir vhost_alias`
const PROXY = `proxy lbmethod_bybusyness lbmethod_byrequests lbmethod_bytraffic lbmethod_heartbeat proxy_ajp
proxy_balancer proxy_connect proxy_express proxy_fcgi proxy_fdpass proxy_ftp proxy_http proxy_hcheck proxy_scgi
proxy_uwsgi proxy_wstunnel`

const httpd: Rpm = {
  name: 'httpd',
  version,
  summary: 'Apache HTTP Server',
  requires: ['httpd-core', 'httpd-tools'],
  provides: ['webserver'],
}

const core: Rpm = {
  name: 'httpd-core',
  version,
  requires: ['httpd-filesystem'],
  take: {
    'apache2-bin': {
      'usr/sbin/apache2': '/usr/sbin/httpd',
      'usr/lib/apache2/modules/!(mod_ssl).so': '/usr/lib64/httpd/modules/',
    },
    apache2: { 'etc/apache2/magic': '/etc/httpd/conf/magic' },
    'apache2-data': {
      'usr/share/apache2/icons': '/usr/share/httpd/icons',
      'usr/share/apache2/error': '/usr/share/httpd/error',
    },
  },
  strings: { '/etc/apache2': '/etc/httpd' },
  links: {
    '/etc/httpd/apache2.conf': 'conf/httpd.conf',
    '/etc/httpd/modules': '../../usr/lib64/httpd/modules',
    '/etc/httpd/logs': '../../var/log/httpd',
    '/etc/httpd/run': '/run/httpd',
    '/etc/httpd/state': '../../var/lib/httpd',
  },
  write: {
    '/etc/httpd/conf.modules.d/00-base.conf': load(BASE),
    '/etc/httpd/conf.modules.d/00-mpm.conf': load('mpm_event'),
    '/etc/httpd/conf.modules.d/00-proxy.conf': load(PROXY),
    '/etc/httpd/conf.modules.d/01-cgi.conf': load('cgid'),
  },
  dirs: { '/var/log/httpd': '0700 root root', '/var/lib/httpd': '0700 apache apache' },
}

const FOLDERS = `/var/www /var/www/html /var/www/cgi-bin /etc/httpd /etc/httpd/conf /etc/httpd/conf.d
/etc/httpd/conf.modules.d /usr/share/httpd`.split(/\s+/)

const filesystem: Rpm = {
  name: 'httpd-filesystem',
  version,
  noarch: true,
  dirs: Object.fromEntries(FOLDERS.map((path) => [path, '0755 root root'])),
  users: [{ name: 'apache', id: 48, home: '/usr/share/httpd' }],
}

const tools: Rpm = { name: 'httpd-tools', version, take: { 'apache2-utils': { 'usr/bin/*': '/usr/bin/' } } }

/** Makes OpenSSL know PROFILE=SYSTEM. */
const PROFILE = '/usr/lib64/httpd/libel9profile.so'

const modSsl: Rpm = {
  name: 'mod_ssl',
  version,
  epoch: 1,
  requires: ['httpd-core'],
  take: { 'apache2-bin': { 'usr/lib/apache2/modules/mod_ssl.so': '/usr/lib64/httpd/modules/' } },
  preload: PROFILE,
  compile: { [PROFILE]: 'sslprofile.c' },
}

export const httpdGroup: RpmGroup = { rpms: [httpd, core, filesystem, tools, modSsl] }
