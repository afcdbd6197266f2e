import { dirname } from 'node:path'
import { command, directory, permissions, type Resource, sh } from '#orchestrate'

/** Where the keys lie on a host: `DOMAIN/SELECTOR.private`. */
export const keysRoot = '/etc/openarc/keys'

/** The sealing key, separate from the DKIM keys so that each can be replaced alone. Generated on the host, it never leaves it. */
export function arcKey(
  domain: string,
  selector: string,
): { readonly file: string; readonly resources: readonly Resource[] } {
  const folder = `${keysRoot}/${domain}`
  const file = `${folder}/${selector}.private`
  const made = command({
    name: `ARC key ${selector} of ${domain}`,
    creates: file,
    run: sh`umask 077
new=${`${folder}/.new.private`}
rm -f -- "$new"
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$new"
openssl pkey -in "$new" -check -noout
chown -h openarc:openarc "$new"
sync -- "$new"
mv -f -- "$new" ${file}
if selinuxenabled 2>/dev/null; then restorecon -- ${file}; fi`,
  })
  // Beta 3 always checks that nobody else can read the key; this cannot be turned off.
  const safe = permissions({ path: file, owner: 'openarc', group: 'openarc', mode: '0600' })
  return {
    file,
    resources: [
      directory({ path: dirname(keysRoot), group: 'openarc' }),
      // The daemon's account reads the key but puts nothing in its place: root sets owner and mode in these folders.
      directory({ path: keysRoot, secretFiles: '*.private', group: 'openarc', mode: '0750' }),
      directory({ path: folder, group: 'openarc', mode: '0750' }),
      made,
      safe,
    ],
  }
}

/**
 * If ARC and DKIM use the same selector, they share a DNS name, which holds one key. That is correct if the ARC key is a copy of
 * the DKIM key, as on a host built by the article, and refused otherwise.
 */
export function sharedKey(file: string): Resource {
  const twin = file.replace('/etc/openarc/', '/etc/opendkim/')
  return command({
    name: 'one key under one selector',
    unless: sh`arc=$(openssl pkey -in ${file} -pubout 2>/dev/null) && [ "$arc" = "$(openssl pkey -in ${twin} -pubout 2>/dev/null)" ]`,
    run: sh`echo "arc.selector is a DKIM selector too, and "${file}" is no copy of "${twin}": give ARC a selector of its own" >&2
exit 1`,
  })
}
