import { command, type Resource, type Script, sh } from '#orchestrate'
import type { DatabaseAccount } from '../slots.ts'
import { root } from './application.ts'

/** The name that the article uses. */
export const databaseName = 'postfix'

/** What upgrade.php and the web interface need. */
export const privileges: DatabaseAccount['grants'][number]['privileges'] = [
  'SELECT',
  'INSERT',
  'UPDATE',
  'DELETE',
  'CREATE',
  'DROP',
  'ALTER',
  'INDEX',
  'REFERENCES',
  'CREATE TEMPORARY TABLES',
  'LOCK TABLES',
]

/** The tables, made and brought up to date by PostfixAdmin's own program as the user of PHP. */
export function tables(): Resource {
  const current = isCurrent()
  return command({
    name: 'tables of PostfixAdmin',
    unless: current,
    // It always exits 0: only the resulting version shows whether it succeeded.
    run: sh`cd ${root}/public
runuser -u apache -- php upgrade.php
${current}`,
  })
}

// The release's version is the highest number among its upgrade functions, as upgrade.php itself finds it.
function isCurrent(): Script {
  return sh`release=$(sed -n 's/^function upgrade_\\([0-9][0-9]*\\).*/\\1/p' ${root}/public/upgrade.php | sort -n | tail -n 1)
there=$(mysql --no-auto-rehash -N -B -e "SELECT value FROM config WHERE name = 'version'" ${databaseName})
[ -n "$release" ] && [ "$there" = "$release" ]`
}
