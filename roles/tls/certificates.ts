import type { Certificate } from '../slots.ts'

/** Where the throw-away CA of source `selfsigned-lab` and its certificates lie. */
export const labRoot = '/etc/pki/orchestrate-lab'

/** What the role reads of section `tls`. */
interface TlsOptions {
  readonly source: 'files' | 'selfsigned-lab'
  readonly clientNames: readonly {
    readonly name: string
    readonly key?: string | undefined
    readonly chain?: string | undefined
  }[]
}

/**
 * Whether the daemons may read a certificate here under SELinux's default labels: cert_t below /etc/letsencrypt, /etc/pki and
 * /etc/ssl, etc_t in the rest of /etc but for the daemons' own directories (/etc/pki/dovecot is one), usr_t. Not so in homes, /srv, /var and new
 * top-level directories, where each daemon may read something else or nothing.
 */
export function isReadable(path: string): boolean {
  return (
    /^\/(etc|opt|usr)\//.test(path) && !/^\/etc\/(postfix|(pki\/)?dovecot\/|httpd\/|mail\/|my\.cnf\.d\/)/.test(path)
  )
}

/**
 * One certificate per name that clients may use, the host's own first: the one list behind SNI maps, `local_name` blocks
 * and virtual hosts (M1, M14). An entry for the host's name only says where its files are.
 */
export function certificatesOf(fqdn: string, { source, clientNames }: TlsOptions): Certificate[] {
  const others = clientNames.filter(({ name }) => name !== fqdn)
  const own = clientNames.find(({ name }) => name === fqdn) ?? { name: fqdn }
  const root = source === 'files' ? '/etc/letsencrypt/live' : `${labRoot}/live`
  return [own, ...others].map(({ name, key, chain }) => ({
    name,
    key: key ?? `${root}/${name}/privkey.pem`,
    chain: chain ?? `${root}/${name}/fullchain.pem`,
    isDefault: name === fqdn,
  }))
}
