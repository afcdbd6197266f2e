import { createHmac } from 'node:crypto'
import bcrypt from 'bcryptjs'
import { derive, type Secret } from '#orchestrate'
import { sha512Crypt } from './sha512-crypt.ts'

/** How mailbox passwords are stored: section `auth`. */
export interface Scheme {
  readonly scheme: 'BLF-CRYPT' | 'SHA512-CRYPT'
  readonly cost: number
}

/**
 * The password column of a mailbox, as Dovecot reads it (`{SCHEME}hash`); a secret that is such a hash already stays as
 * it is. The salt comes from a secret of its own, so that the same password gives the same hash again without the salt
 * giving anything of the password away.
 */
export function storedPassword(mailbox: string, password: Secret, salts: Secret, { scheme, cost }: Scheme): Secret {
  return derive(`${password.label}, hashed`, [password, salts], ([text = '', key = '']) => {
    if (/^\{[A-Z0-9.-]+\}./.test(text)) return text
    const salt = createHmac('sha256', key).update(`${scheme} ${mailbox}`).digest().subarray(0, 16)
    if (scheme === 'SHA512-CRYPT') return `{SHA512-CRYPT}${sha512Crypt(text, saltText(salt))}`
    const setting = `$2y$${String(cost).padStart(2, '0')}$${bcrypt.encodeBase64(salt, 16)}`
    return `{BLF-CRYPT}${bcrypt.hashSync(text, setting)}`
  })
}

function saltText(salt: Buffer): string {
  return salt.toString('base64').replaceAll('+', '.').replaceAll('=', '').slice(0, 16)
}
