import { command, databaseRows, lines, type Resource, type Secret, sh } from '#orchestrate'
import { databaseName } from './database.ts'
import type { Vars } from './vars.ts'

type Auth = Vars['auth']

/** PostfixAdmin's `encrypt`: php_crypt:METHOD:DIFFICULTY:PREFIX, hashes that Dovecot reads as they are. */
export function encryptSetting({ scheme, cost }: Auth): string {
  return scheme === 'BLF-CRYPT' ? `php_crypt:BLOWFISH:${cost}:{BLF-CRYPT}` : 'php_crypt:SHA512::{SHA512-CRYPT}'
}

interface SuperadminOptions {
  readonly address: string
  readonly password: Secret
  readonly auth: Auth
}

/**
 * An administrator of every domain. The password is set when the account is made; later it is its owner's, unless it is
 * stored in a way that PostfixAdmin cannot check here: with `encrypt` php_crypt only what crypt(3) made can log in.
 */
export function* superadmin({ address, password, auth }: SuperadminOptions): Iterable<Resource> {
  const salted =
    auth.scheme === 'BLF-CRYPT'
      ? `password_hash($text, PASSWORD_BCRYPT, ['cost' => ${auth.cost}])`
      : `crypt($text, '$6$' . bin2hex(random_bytes(8)))`
  const php = `$text = stream_get_contents(STDIN); echo '{${auth.scheme}}' . ${salted};`
  const checkable = "password REGEXP '^([{][-A-Z0-9]+[}])?[$]'"
  // When MariaDB was down at the look nobody knows yet whether the owner has set a password: theirs stays.
  const statement = `INSERT INTO admin (username, password, superadmin, active, created, modified)
  VALUES ('${address}', '$hash', 1, 1, NOW(), NOW()) ON DUPLICATE KEY UPDATE
    modified = IF(${checkable}, modified, NOW()), password = IF(${checkable}, password, '$hash');`
  const usable = `SELECT COUNT(*) FROM admin WHERE username = '${address}' AND ${checkable}`
  yield command({
    name: `superadmin ${address}`,
    unless: sh`[ "$(mysql --no-auto-rehash -N -B -e ${usable} ${databaseName})" = 1 ]`,
    // The password travels on stdin, and only its hash to the database.
    run: sh`hash=$(printf '%s' ${password} | php -r ${php})
case $hash in '{'*'}$'*) ;; *) echo "PHP made no hash" >&2; exit 1 ;; esac
mysql --no-auto-rehash ${databaseName} <<SQL
${lines([statement])}
SQL`,
  })
  yield databaseRows({
    database: databaseName,
    table: 'admin',
    key: ['username'],
    // The row is there, but MariaDB wants a value for the column even so; `!` is no password's hash.
    rows: [{ username: address, password: '!', superadmin: 1, active: 1 }],
    onCreate: ['password'],
    modifiedAt: 'modified',
  })
  yield databaseRows({
    database: databaseName,
    table: 'domain_admins',
    key: ['username', 'domain'],
    rows: [{ username: address, domain: 'ALL', active: 1 }],
    createdAt: 'created',
  })
}
