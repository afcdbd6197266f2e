import type { Rpm, RpmGroup } from '../build/table.ts'

const server = { of: 'mariadb-server' }

const config: Rpm = { name: 'mariadb-connector-c-config', version: '3.2.6', noarch: true }
const connector: Rpm = { name: 'mariadb-connector-c', version: '3.2.6', requires: ['mariadb-connector-c-config'] }

const common: Rpm = {
  name: 'mariadb-common',
  version: server,
  epoch: 3,
  requires: ['mariadb-connector-c-config'],
  take: { 'mariadb-server-core': { 'usr/share/mysql/charsets': '/usr/share/mariadb/charsets' } },
}

const messages: Rpm = {
  name: 'mariadb-errmsg',
  version: server,
  epoch: 3,
  take: { 'mariadb-server-core': { 'usr/share/mysql/{english,japanese,german,french}': '/usr/share/mariadb/' } },
}

const client: Rpm = {
  name: 'mariadb',
  version: server,
  epoch: 3,
  summary: 'A very fast and robust SQL database server',
  requires: ['mariadb-connector-c', 'mariadb-common'],
  provides: ['mysql'],
  take: {
    'mariadb-client-core': { 'usr/bin/*': '/usr/bin/' },
    'mariadb-client': { 'usr/bin/*': '/usr/bin/' },
  },
  links: {
    '/usr/bin/mysqlbinlog': 'mariadb-binlog',
    '/usr/bin/mysqlhotcopy': 'mariadb-hotcopy',
    '/usr/bin/mysql_secure_installation': 'mariadb-secure-installation',
    '/usr/bin/mysql_tzinfo_to_sql': 'mariadb-tzinfo-to-sql',
    '/usr/bin/mysql_plugin': 'mariadb-plugin',
  },
}

const mariadbServer: Rpm = {
  name: 'mariadb-server',
  version: server,
  epoch: 3,
  summary: 'The MariaDB server and related files',
  requires: ['mariadb', 'mariadb-common', 'mariadb-errmsg'],
  provides: ['mysql-server'],
  take: {
    'mariadb-server-core': {
      'usr/sbin/mariadbd': '/usr/libexec/mariadbd',
      'usr/bin/*': '/usr/bin/',
      'usr/share/mysql/*.sql': '/usr/share/mariadb/',
    },
    'mariadb-server': { 'usr/bin/*': '/usr/bin/', 'usr/lib/mysql/plugin': '/usr/lib64/mariadb/plugin' },
  },
  drop: [
    '/usr/bin/{mysqlbinlog,mysqlhotcopy,mysql_setpermission,mysql_convert_table_format}',
    '/usr/bin/{mysql_secure_installation,mysql_tzinfo_to_sql,mysql_plugin}',
  ],
  links: {
    '/usr/libexec/mysqld': 'mariadbd',
    // For defaults that are compiled in.
    '/usr/sbin/mariadbd': '../libexec/mariadbd',
    '/usr/lib/mysql/plugin': '../../lib64/mariadb/plugin',
    '/usr/share/mysql': 'mariadb',
  },
  dirs: { '/var/lib/mysql': '0755 mysql mysql', '/var/log/mariadb': '0750 mysql mysql' },
  users: [{ name: 'mysql', id: 27, home: '/var/lib/mysql' }],
}

export const mariadbGroup: RpmGroup = { rpms: [config, connector, common, messages, client, mariadbServer] }
