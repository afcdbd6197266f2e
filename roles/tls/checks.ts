import { type Script, sh } from '#orchestrate'
import type { Certificate } from '../slots.ts'

/** Shell functions for PEM files, used by guards and messages. */
export const functions = sh`fresh() { openssl x509 -in "$1" -noout -checkend "$2" >/dev/null 2>&1; }
public() { openssl pkey -in "$1" -pubout 2>/dev/null; }
pairs() { k=$(public "$1") && [ -n "$k" ] && [ "$k" = "$(openssl x509 -in "$2" -noout -pubkey 2>/dev/null)" ]; }
covers() { openssl x509 -in "$1" -noout -checkhost "$2" 2>/dev/null | grep -q 'does match'; }`

/**
 * Whether a certificate that something else put on the host can be served: it exists, is not expired, is valid for the name,
 * and its key matches and is not accessible to others. In a combined file the key must come first: Postfix aborts the handshake otherwise
 * (postconf(5), tls_server_sni_maps).
 */
export function checkFiles({ name, key, chain }: Certificate): Script {
  const order = sh`grep -m1 -- '^-----BEGIN ' ${key} | grep -q 'PRIVATE KEY' || wrong "the private key must come first in "${key}`
  return sh`${functions}
wrong() { echo ${name}": $1" >&2; exit 1; }
for file in ${[...new Set([key, chain])]}; do [ -r "$file" ] || wrong "$file is missing"; done
public ${key} >/dev/null || wrong "no usable private key in "${key}
${key === chain ? order : sh`:`}
pairs ${key} ${chain} || wrong "the key "${key}" does not belong to the first certificate of "${chain}
covers ${chain} ${name} || wrong "the certificate in "${chain}" is not for this name"
fresh ${chain} 0 || wrong "the certificate in "${chain}" has expired"
[ -z "$(find -L ${key} -perm /027)" ] || wrong "others may read or change "${key}
if selinuxenabled 2>/dev/null; then for file in ${[...new Set([key, chain])]}; do
  [ -z "$(restorecon -nv -- "$(readlink -e "$file")")" ] || wrong "$file has another SELinux label than its place: see restorecon -nv"
done; fi`
}

/**
 * Removes access of others to the key (certbot itself uses 0600), restores SELinux labels that files brought along from
 * elsewhere, and checks again: other problems must be solved by hand.
 */
export function closeAndCheck(one: Certificate): Script {
  return sh`if file=$(readlink -e ${one.key}); then chmod g-w,o= -- "$file"; fi
if selinuxenabled 2>/dev/null; then for file in ${[...new Set([one.key, one.chain])]}; do
  if file=$(readlink -e "$file"); then restorecon -- "$file"; fi
done; fi
${checkFiles(one)}`
}
