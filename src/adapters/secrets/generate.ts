import { randomInt } from 'node:crypto'
import { Secret } from '../../kernel/secret.ts'

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const alphabet = `${letters}0123456789-_`

/** A random secret of URL-safe characters; it begins with a letter, so that no program takes it for an option. */
export function generateSecret(name: string, length: number): Secret {
  const pick = (from: string) => from[randomInt(from.length)] ?? ''
  const rest = Array.from({ length: Math.max(0, length - 1) }, () => pick(alphabet))
  return new Secret(name, pick(letters) + rest.join(''))
}
