import type { Secret } from './secret.ts'

/** Replaces known secrets in foreign output (a daemon's error text) by their labels. Texts under four characters are left. */
export function masker(secrets: readonly Secret[]): (text: string) => string {
  const known = secrets
    .map((secret) => ({ label: String(secret), text: secret.reveal() }))
    .filter(({ text }) => text.length >= 4)
    .sort((a, b) => b.text.length - a.text.length)
  return (text) => known.reduce((masked, secret) => masked.replaceAll(secret.text, secret.label), text)
}
