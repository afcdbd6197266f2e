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
