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
 * An administrator of all domains. The password is set when the account is created and left to its owner afterwards, unless
 * PostfixAdmin cannot check the stored hash: with `encrypt` php_crypt only hashes of crypt(3) can log in.
 */
export function* superadmin({ address, password, auth }: SuperadminOptions): Iterable<Resource> {
  const salted =
    auth.scheme === 'BLF-CRYPT'
      ? `password_hash($text, PASSWORD_BCRYPT, ['cost' => ${auth.cost}])`
      : `crypt($text, '$6$' . bin2hex(random_bytes(8)))`
  const php = `$text = stream_get_contents(STDIN); echo '{${auth.scheme}}' . ${salted};`
  const checkable = "password REGEXP '^([{][-A-Z0-9]+[}])?[$]'"
  // If MariaDB was down when the host was read, the owner may have set a password since: it is kept.
  const statement = `INSERT INTO admin (username, password, superadmin, active, created, modified)
  VALUES ('${address}', '$hash', 1, 1, NOW(), NOW()) ON DUPLICATE KEY UPDATE
    modified = IF(${checkable}, modified, NOW()), password = IF(${checkable}, password, '$hash');`
  const usable = `EXISTS (SELECT 1 FROM ${databaseName}.admin WHERE username = '${address}' AND ${checkable})`
  yield command({
    name: `superadmin ${address}`,
    unlessSql: sh`printf %s ${usable}`,
    // The password is passed on stdin; only its hash reaches the database.
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
    // The row exists, but MariaDB needs a value for the column; `!` is not a valid hash.
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
