import {
  absent,
  command,
  database,
  databaseGrant,
  databaseUser,
  defineRole,
  endpoints,
  file,
  pkg,
  type Resource,
  service,
  sh,
} from '#orchestrate'
import { restarts } from '../lib/restart.ts'
import { type DatabaseNeed, databases } from '../slots.ts'
import { vars } from './vars.ts'

export default defineRole({
  name: 'mariadb',
  description: 'MariaDB on loopback, with root access by socket, and the databases that other roles need.',
  vars,
  collects: [databases],

  provides: () => [endpoints({ port: 3306, name: 'mysql', purpose: 'MariaDB', exposure: 'loopback' })],

  *resources({ vars: { mariadb }, collect, template }) {
    const server = pkg({ name: 'mariadb-server' })
    yield* [server, pkg({ name: 'mariadb' })]
    const settings = file({
      path: '/etc/my.cnf.d/zz-orchestrate.cnf',
      content: template('mariadb/server.cnf.ejs', mariadb),
      check: sh`out=$(/usr/libexec/mariadbd --defaults-file="$candidate" --help --verbose 2>&1 >/dev/null) || { echo "$out" >&2; exit 1; }`,
    })
    yield settings
    const dropIn = restarts('mariadb', template)
    yield* dropIn
    yield service({
      unit: 'mariadb.service',
      restartOn: [server, settings, ...dropIn],
      restartInputs: ['/etc/my.cnf', '/etc/my.cnf.d'],
      health: sh`mariadb-admin --protocol=socket ping`,
      healthSeconds: 120,
    })
    yield rootBySocket()
    yield* [absent(databaseUser({ user: '' })), absent(database({ name: 'test' }))]
    for (const need of collect(databases)) yield* resourcesOf(need)
  },
})

// This is EL9's default; a password set by hand would be a second way in.
function rootBySocket(): Resource {
  return command({
    name: 'root by socket only',
    unlessSql: sh`printf %s ${`EXISTS (SELECT 1 FROM mysql.global_priv WHERE User = 'root' AND Host = 'localhost' AND JSON_VALUE(Priv, '$.plugin') = 'unix_socket')`}`,
    run: sh`mysql -e "ALTER USER root@localhost IDENTIFIED VIA unix_socket"`,
  })
}

function* resourcesOf({ name, charset = 'utf8mb4', collation = 'utf8mb4_general_ci', accounts }: DatabaseNeed) {
  yield database({ name, charset, collation })
  for (const { user, password, grants } of accounts) {
    yield databaseUser({ user, host: 'localhost', password })
    for (const { on, privileges } of grants) yield databaseGrant({ user, host: 'localhost', on, privileges })
  }
}
