import type { VarsOf } from '#orchestrate'
import type { Certificate } from '../slots.ts'
import { ipv6Vars, tlsVars } from '../vars/access.ts'
import { extrasVars } from '../vars/extras.ts'
import { hostVars, mailVars } from '../vars/mail.ts'

/** What role tls reads of the vars. */
export const vars = { host: hostVars, mail: mailVars, ipv6: ipv6Vars, tls: tlsVars, extras: extrasVars }

/** Directory of the throw-away CA of source `selfsigned-lab` and its certificates. */
export const labRoot = '/etc/pki/orchestrate-lab'

/**
 * Whether the daemons may read a certificate here under SELinux's default labels: cert_t below /etc/letsencrypt, /etc/pki and
 * /etc/ssl, etc_t in the rest of /etc but for the daemons' own directories (/etc/pki/dovecot is one), usr_t. Not so in homes,
 * /srv, /var and new top-level directories.
 */
export function isReadable(path: string): boolean {
  return (
    /^\/(etc|opt|usr)\//.test(path) && !/^\/etc\/(postfix|(pki\/)?dovecot\/|httpd\/|mail\/|my\.cnf\.d\/)/.test(path)
  )
}

/**
 * One certificate per name that clients may use, the host's own first: the source of the SNI map, the `local_name` blocks
 * and the virtual hosts. An entry for the host's own name only sets the paths of its files.
 */
export function certificatesOf(
  fqdn: string,
  { source, clientNames }: Pick<VarsOf<typeof vars>['tls'], 'source' | 'clientNames'>,
): Certificate[] {
  const others = clientNames.filter(({ name }) => name !== fqdn)
  const own = clientNames.find(({ name }) => name === fqdn) ?? { name: fqdn }
  const root = source === 'files' ? '/etc/letsencrypt/live' : `${labRoot}/live`
  return [own, ...others].map(({ name, key, chain }) => ({
    name,
    key: key ?? `${root}/${name}/privkey.pem`,
    chain: chain ?? `${root}/${name}/fullchain.pem`,
    isDefault: name === fqdn,
    trusted: source === 'files',
  }))
}
