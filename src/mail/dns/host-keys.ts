import { raw, type Script } from '../../kernel/sh.ts'
import type { PublicKey } from './record.ts'

/**
 * Prints the public half of every signing key on a host after its path, and of the certificate that Postfix shows to
 * servers after the host's name. The private half never leaves it.
 */
export const publicKeysScript: Script = raw(`
for key in /etc/opendkim/keys/*/*.private /etc/openarc/keys/*/*.private; do
  test -f "$key" || continue
  printf '%s ' "$key"
  openssl pkey -in "$key" -pubout -outform DER 2>/dev/null | base64 -w 0
  echo
done
# The key's file comes first, the certificate's last.
chain=$(postconf -xh smtpd_tls_chain_files 2>/dev/null | sed 's/.*[, ]//')
if test -f "$chain"; then
  printf 'smtp %s ' "$(postconf -xh myhostname)"
  openssl x509 -in "$chain" -noout -pubkey 2>/dev/null | openssl pkey -pubin -outform DER 2>/dev/null | base64 -w 0
  echo
fi`)

/** The keys in the script's output; files that hold no key are left out. */
export function parsePublicKeys(output: string): PublicKey[] {
  const line = /^\/etc\/open(dkim|arc)\/keys\/([^/\s]+)\/([^/\s]+)\.private ([A-Za-z0-9+/]+=*)$/gm
  const signing = [...output.matchAll(line)].map(
    ([, use, domain = '', selector = '', base64 = '']): PublicKey => ({
      use: use === 'arc' ? 'arc' : 'dkim',
      domain,
      selector,
      base64,
    }),
  )
  const shown = [...output.matchAll(/^smtp (\S+) ([A-Za-z0-9+/]+=*)$/gm)].map(
    ([, domain = '', base64 = '']): PublicKey => ({ use: 'smtp', domain, selector: '_25._tcp', base64 }),
  )
  return [...signing, ...shown]
}
