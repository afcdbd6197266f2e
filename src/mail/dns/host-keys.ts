import { raw, type Script } from '../../kernel/sh.ts'
import type { PublicKey } from './record.ts'

/** Prints the public half of every signing key on a host: `USE DOMAIN SELECTOR BASE64`. The private half never leaves it. */
export const publicKeysScript: Script = raw(`
for key in /etc/opendkim/keys/*/*.private /etc/openarc/keys/*/*.private; do
  test -f "$key" || continue
  printf '%s ' "$key"
  openssl pkey -in "$key" -pubout -outform DER 2>/dev/null | base64 -w 0
  echo
done`)

/** The keys in the script's output; files that hold no key are left out. */
export function parsePublicKeys(output: string): PublicKey[] {
  const line = /^\/etc\/open(dkim|arc)\/keys\/([^/\s]+)\/([^/\s]+)\.private ([A-Za-z0-9+/]+=*)$/gm
  return [...output.matchAll(line)].map(([, use, domain = '', selector = '', base64 = '']) => ({
    use: use === 'arc' ? 'arc' : 'dkim',
    domain,
    selector,
    base64,
  }))
}
