import { z } from 'zod'

const brand: unique symbol = Symbol.for('orchestrate.secret-reference') as never

/** A secret named where its value would stand; it is read from the store when the inventory is evaluated. */
export interface SecretReference {
  readonly [brand]: true
  readonly secret: string
}

/** Names a secret of the store in vars or ssh settings: `password: secret('mail/admin')`. */
export function secret(name: string): SecretReference {
  return Object.freeze<SecretReference>({ [brand]: true, secret: name })
}

/** Whether a value is a named secret. */
export function isSecretReference(value: unknown): value is SecretReference {
  return typeof value === 'object' && value !== null && brand in value
}

/** Schema of a var that must be a named secret; the role turns it into a Secret with `context.secret(ref.secret)`. */
export const secretReference = z.custom<SecretReference>(
  isSecretReference,
  "secret('NAME'), a name in the secret store",
)
