import { type DnsRecord, type HostRecords, type MissingRecord, type Script, sh } from '#orchestrate'

/** Name of a DKIM or ARC key: selector and domain. */
export interface KeyName {
  readonly domain: string
  readonly selector: string
}

/** The public half of a key on a host: base64 of its DER form, as DNS carries it. */
export interface PublicKey extends KeyName {
  readonly base64: string
}

/** The keys of one signing program on a host. */
interface KeysOnHost {
  /** The host's name in the inventory. */
  readonly host: string
  readonly use: 'DKIM' | 'ARC'
  /** Folder that holds `DOMAIN/SELECTOR.private`. */
  readonly root: string
  /** The keys that options name. */
  readonly declared: readonly KeyName[]
  /** Domains whose other keys are told, too; keys of any other domain are somebody else's. */
  readonly domains: readonly string[]
}

/** The domain name that a key is published under (RFC 6376, 3.6.2.1). */
export function keyName({ selector, domain }: KeyName): string {
  return `${selector}._domainkey.${domain}`
}

/** The TXT record of a key (RFC 6376, 3.6.1); ARC uses the same form. */
export function keyRecord({ base64, ...name }: PublicKey): Omit<DnsRecord, 'why'> {
  return {
    name: keyName(name),
    type: 'TXT',
    value: `v=DKIM1; k=rsa; p=${base64}`,
    text: { begins: 'v=DKIM1', tags: { implied: { k: 'rsa' } }, alone: true, withdrawnBy: 'p' },
  }
}

/** Prints the public half of every key below a folder after the path of its file. The private half never leaves the host. */
export function printPublicKeys(root: string): Script {
  return sh`for key in ${root}/*/*.private; do
  test -f "$key" || continue
  printf '%s ' "$key"
  openssl pkey -in "$key" -pubout -outform DER 2>/dev/null | base64 -w 0
  echo
done`
}

/** The keys in the output of that script; files that hold no key are left out. */
export function readPublicKeys(output: string, root: string): PublicKey[] {
  const line = /^(\S+)\/([^/\s]+)\/([^/\s]+)\.private ([A-Za-z0-9+/]+=*)$/gm
  return [...output.matchAll(line)].flatMap(([, folder, domain = '', selector = '', base64 = '']) =>
    folder === root ? [{ domain, selector, base64 }] : [],
  )
}

/**
 * The records of the keys on a host. A key that no option names may stay published while mail signed with it is under
 * way: its record is optional.
 */
export function keyRecords({ host, use, root, declared, domains }: KeysOnHost): HostRecords {
  const names = new Set(declared.map(keyName))
  const missing = (keys: readonly KeyName[], because: (key: KeyName) => string): MissingRecord[] =>
    keys.map((key) => ({ name: keyName(key), type: 'TXT', because: because(key) }))
  return {
    script: printPublicKeys(root),
    read: (output) => {
      const held = readPublicKeys(output, root)
      const found = new Set(held.map(keyName))
      const records = held
        .filter(({ domain }) => domains.includes(domain))
        .map((key): DnsRecord => {
          const record = {
            ...keyRecord(key),
            sole: 'different keys of one selector; give one of them another selector',
          }
          if (names.has(record.name)) return { ...record, why: `${use} key of ${key.domain}` }
          return { ...record, optional: true, why: `${use} key on ${host} that nothing signs with` }
        })
      const absent = declared.filter((key) => !found.has(keyName(key)))
      const path = ({ domain, selector }: KeyName) => `${root}/${domain}/${selector}.private`
      return { records, missing: missing(absent, (key) => `${host} has no ${path(key)}`) }
    },
    unread: missing(declared, () => `the key is on ${host}; run again without --offline`),
  }
}
