import { command, directory, type Resource, sh } from '#orchestrate'

const root = '/etc/openarc/keys'

/** The key that seals, apart from the DKIM keys so that each can be changed alone (M23). Made on the host, it never leaves it. */
export function arcKey(
  domain: string,
  selector: string,
): { readonly file: string; readonly resources: readonly Resource[] } {
  const folder = `${root}/${domain}`
  const file = `${folder}/${selector}.private`
  const made = command({
    name: `ARC key ${selector} of ${domain}`,
    creates: file,
    run: sh`umask 077
new=${`${folder}/.new.private`}
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$new"
openssl pkey -in "$new" -check -noout
chown openarc:openarc "$new"
sync -- "$new"
mv -f -- "$new" ${file}
if selinuxenabled 2>/dev/null; then restorecon -- ${file}; fi`,
  })
  // Beta 3 always checks that nobody else can read the key, and has no switch for it.
  const safe = command({
    name: 'protect the ARC key',
    unless: sh`[ "$(stat -c '%U:%G %a' ${file})" = 'openarc:openarc 600' ]`,
    run: sh`chown openarc:openarc ${file}
chmod 0600 ${file}`,
  })
  return {
    file,
    resources: [
      directory({ path: root, group: 'openarc', mode: '0750' }),
      directory({ path: folder, owner: 'openarc', group: 'openarc', mode: '0700' }),
      made,
      safe,
    ],
  }
}
