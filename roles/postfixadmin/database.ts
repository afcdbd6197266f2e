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
  return command({
    name: 'tables of PostfixAdmin',
    unlessSql: isCurrent,
    // It always exits 0: only the resulting version shows whether it succeeded.
    run: sh`cd ${root}/public
runuser -u apache -- php upgrade.php
[ "$(mysql --no-auto-rehash -N -B -e "SELECT $(${isCurrent})")" = 1 ]`,
  })
}

// The release's version is the highest number among its upgrade functions, as upgrade.php itself finds it.
const isCurrent: Script = sh`release=$(awk -F '[_(]' '/^function upgrade_[0-9]/ && $2 + 0 > last { last = $2 + 0 } END { print last }' ${root}/public/upgrade.php)
printf %s ${`EXISTS (SELECT 1 FROM ${databaseName}.config WHERE name = 'version' AND value = `}"'\${release:-none}')"`
