import { createHmac } from 'node:crypto'
import bcrypt from 'bcryptjs'
import { command, derive, hasForm, lines, OrchestrateError, type Resource, type Secret, sh } from '#orchestrate'
import { sha512Crypt } from './sha512-crypt.ts'

/** How mailbox passwords are stored: section `auth`. */
export interface Scheme {
  readonly scheme: 'BLF-CRYPT' | 'SHA512-CRYPT'
  readonly cost: number
}

/** Schemes that EL9's Dovecot 2.3.16 checks a password by (`doveadm pw -l`); it is built without libsodium's ARGON2. */
const readable =
  `BLF-CRYPT CLEAR CLEARTEXT CRAM-MD5 CRYPT DES-CRYPT DIGEST-MD5 HMAC-MD5 LDAP-MD5 MD5 MD5-CRYPT OTP PBKDF2 PLAIN
   PLAIN-MD4 PLAIN-MD5 PLAIN-TRUNC SCRAM-SHA-1 SCRAM-SHA-256 SHA SHA1 SHA256 SHA256-CRYPT SHA512 SHA512-CRYPT SMD5
   SSHA SSHA256 SSHA512`.split(/\s+/)
const anyHash = /^\{[A-Z0-9.-]+\}./
const readableHash = new RegExp(`^\\{(${readable.join('|')})(\\.(B64|BASE64|HEX))?\\}.`)

/**
 * The password column of a mailbox, as Dovecot reads it (`{SCHEME}hash`); a secret that is such a hash already stays as
 * it is. The salt comes from a secret of its own, so that the same password gives the same hash again without the salt
 * giving anything of the password away.
 */
export function storedPassword(mailbox: string, password: Secret, salts: Secret, { scheme, cost }: Scheme): Secret {
  if (hasForm(password, anyHash)) return readyHash(password)
  return derive(`${password.label}, hashed`, [password, salts], ([text = '', key = '']) => {
    const salt = createHmac('sha256', key).update(`${scheme} ${mailbox}`).digest().subarray(0, 16)
    if (scheme === 'SHA512-CRYPT') return `{SHA512-CRYPT}${sha512Crypt(text, saltText(salt))}`
    const setting = `$2y$${String(cost).padStart(2, '0')}$${bcrypt.encodeBase64(salt, 16)}`
    return `{BLF-CRYPT}${bcrypt.hashSync(text, setting)}`
  })
}

function readyHash(hash: Secret): Secret {
  if (hasForm(hash, readableHash)) return hash
  throw new OrchestrateError(`secret ${hash.label} is a hash of a scheme that EL9's Dovecot cannot check`, {
    code: 'E_SECRET',
    exit: 'usage',
    hint: 'use the clear password, or a hash such as {BLF-CRYPT}$2y$… or {SHA512-CRYPT}$6$…',
  })
}

function saltText(salt: Buffer): string {
  return salt.toString('base64').replaceAll('+', '.').replaceAll('=', '').slice(0, 16)
}

/**
 * Dovecot reads hashes without a scheme by default_pass_scheme, and ours differs from the one they were made with. So each is
 * given its scheme while the old setting can still be read; the default is MD5 (db-sql.c). `$1$` is always MD5-CRYPT. No
 * scheme is guessed.
 */
export function nameSchemes(database: string): Resource {
  const nameless = "password NOT LIKE '{%' AND password <> ''"
  const count = sh`mysql --no-auto-rehash -N -B -e ${`SELECT COUNT(*) FROM mailbox WHERE ${nameless}`} ${database}`
  return command({
    name: 'name the scheme of every password',
    unlessSql: sh`printf %s ${`NOT EXISTS (SELECT 1 FROM ${database}.mailbox WHERE ${nameless})`}`,
    run: lines([
      sh`count=$(${count})
[ "$count" != 0 ] || exit 0
stop() { echo "$count passwords name no scheme, and $1: say what they are, such as UPDATE mailbox SET password = CONCAT('{CRYPT}', password), or set default_pass_scheme" >&2; exit 1; }`,
      oldScheme,
      sh`mysql --no-auto-rehash -e "UPDATE mailbox SET password = CONCAT(CASE WHEN password LIKE '\\$1\\$%' THEN '{MD5-CRYPT}' ELSE '{$scheme}' END, password) WHERE "${nameless} ${database}`,
    ]),
  })
}

// `$scheme` as Dovecot would read it from the file that its SQL passdb names: a comment begins at ` #`, quotes are taken off.
const oldScheme = sh`file=$(doveconf -n 2>/dev/null | awk '
  /^passdb [{]/ { inside = 1; args = "" }
  inside && $1 == "args" { args = $3 }
  inside && $1 == "driver" { driver = $3 }
  inside && /^[}]/ { inside = 0; if (driver == "sql") { print args; exit } }')
: "\${file:=/etc/dovecot/dovecot-sql.conf.ext}"
[ -r "$file" ] || stop "$file, which would tell, cannot be read"
scheme=$(sed -n 's/[[:space:]]#.*//; s/^[[:space:]]*default_pass_scheme[[:space:]]*=[[:space:]]*//p' "$file" | tail -n 1 | tr -d "'[:space:]"'"' | tr a-z A-Z)
: "\${scheme:=MD5}"
case ${` ${readable.join(' ')} `} in *" \${scheme%%.*} "*) ;; *) stop "EL9's Dovecot cannot check default_pass_scheme $scheme of $file" ;; esac`
