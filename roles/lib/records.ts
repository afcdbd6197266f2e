import ipaddr from 'ipaddr.js'
import type { DnsRecord, HostFacts, HostRecords, MissingRecord, Script } from '#orchestrate'
import { sh } from '#orchestrate'

/** Section `ipv6` as far as records go. */
interface Ipv6 {
  readonly enabled: boolean
  readonly address?: string | undefined
}

/** A and AAAA records of a name of a host; an address that is no IPv4 address makes no A record. */
export function addressRecords(host: HostFacts, ipv6: Ipv6, name: string, why: string): DnsRecord[] {
  const [four, six] = [ipv4Of(host), ipv6Of(ipv6)]
  return [
    ...(four === undefined ? [] : [{ name, type: 'A', value: four, why } as const]),
    ...(six === undefined ? [] : [{ name, type: 'AAAA', value: six, why } as const]),
  ]
}

/** The IPv4 address that a host is reached at, if the inventory names one. */
export function ipv4Of({ address }: HostFacts): string | undefined {
  return ipaddr.IPv4.isValidFourPartDecimal(address) ? address : undefined
}

/** The public IPv6 address, if IPv6 is used. */
export function ipv6Of({ enabled, address }: Ipv6): string | undefined {
  return enabled && address ? ipaddr.parse(address).toString() : undefined
}

/** MX and SPF records of a domain whose mail one host takes and sends. */
export function mailDomainRecords(domain: string, fqdn: string): DnsRecord[] {
  return [
    { name: domain, type: 'MX', value: fqdn, priority: 10, why: `mail for ${domain} comes here` },
    ...(domain === fqdn ? [] : [senderPolicy(domain, 'v=spf1 mx -all', `SPF: mail of ${domain} comes from its MX only`)]),
  ]
}

/** An SPF record (RFC 7208, 3). */
export function senderPolicy(name: string, value: string, why: string): DnsRecord {
  return { name, type: 'TXT', value, why, text: { begins: 'v=spf1' } }
}

/** SRV records by which mail programs find servers (RFC 6186, RFC 8314); a service without a port is said not to be offered. */
export function serviceRecords(
  domains: readonly string[],
  services: readonly (readonly [service: string, port: number | undefined])[],
  serverOf: (domain: string) => string,
): DnsRecord[] {
  return domains.flatMap((domain) =>
    services.map(([service, port]) => ({
      name: `_${service}._tcp.${domain}`,
      type: 'SRV',
      value: port === undefined ? '0 0 0 .' : `0 1 ${port} ${serverOf(domain)}`,
      optional: true,
      why: port === undefined ? `${service} is not offered` : `mail programs find ${service}`,
    })),
  )
}

/** A signing key: the domain and selector under which its public half is published. */
export interface SigningKey {
  readonly domain: string
  readonly selector: string
}

/** The name that the public half of a key is published under (RFC 6376, 3.6.2.1). */
export function keyName({ selector, domain }: SigningKey): string {
  return `${selector}._domainkey.${domain}`
}

/** The record of a public key; `base64` is its DER form (RFC 6376, 3.6.1). */
export function keyRecord(key: SigningKey, base64: string, why: string): DnsRecord {
  return {
    name: keyName(key),
    type: 'TXT',
    value: `v=DKIM1; k=rsa; p=${base64}`,
    why,
    text: { begins: 'v=DKIM1', tags: { implied: { k: 'rsa' } }, alone: true, withdrawnBy: 'p' },
    sole: 'different keys of one selector; give one of them another selector',
  }
}

/** Prints path and public half (base64 of the DER form) of every key `ROOT/DOMAIN/SELECTOR.private` on a host. */
export function publicKeysScript(root: string): Script {
  return sh`for key in ${root}/*/*.private; do
  test -f "$key" || continue
  printf '%s ' "$key"
  openssl pkey -in "$key" -pubout -outform DER 2>/dev/null | base64 -w 0
  echo
done`
}

/** The keys in the output of `publicKeysScript`; files that hold no key are left out. */
export function parsePublicKeys(root: string, output: string): (SigningKey & { readonly base64: string })[] {
  return output.split('\n').flatMap((line) => {
    const [, domain, selector, base64] = /^([^/\s]+)\/([^/\s]+)\.private ([A-Za-z0-9+/]+=*)$/.exec(
      line.startsWith(`${root}/`) ? line.slice(root.length + 1) : '',
    ) ?? []
    return domain && selector && base64 ? [{ domain, selector, base64 }] : []
  })
}

/** What signs on a host, as its records are made. */
export interface Signer {
  readonly host: HostFacts
  /** `DKIM` or `ARC`, in reports. */
  readonly use: string
  /** Folder of the keys. */
  readonly root: string
  /** Keys that must be there. */
  readonly wanted: readonly SigningKey[]
  /** Domains whose keys are ours; others that lie on the host are left out. */
  readonly domains: readonly string[]
}

/** Records of the keys on a host: those wanted, and others that mail under way may still be signed with. */
export function signingRecords({ host, use, root, wanted, domains }: Signer): HostRecords {
  const missing = (because: (key: SigningKey) => string, absent = wanted): MissingRecord[] =>
    absent.map((key) => ({ name: keyName(key), type: 'TXT', because: because(key) }))
  return {
    script: publicKeysScript(root),
    unread: missing(() => `the key is on ${host.name}; run again without --offline`),
    read: (output) => {
      const found = parsePublicKeys(root, output)
      const isWanted = (key: SigningKey) => wanted.some((one) => keyName(one) === keyName(key))
      const absent = wanted.filter((want) => !found.some((key) => keyName(key) === keyName(want)))
      return {
        records: found
          .filter(({ domain }) => domains.includes(domain))
          .map((key) =>
            isWanted(key)
              ? keyRecord(key, key.base64, `${use} key of ${key.domain}`)
              : {
                  ...keyRecord(key, key.base64, `${use} key on ${host.name} that nothing signs with`),
                  optional: true,
                },
          ),
        missing: missing(({ domain, selector }) => `${host.name} has no ${root}/${domain}/${selector}.private`, absent),
      }
    },
  }
}
