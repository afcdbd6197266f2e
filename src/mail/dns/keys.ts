import { selectorsOf } from '../dkim/selectors.ts'
import { activeDomains, type MailHost } from '../facts.ts'
import type { DnsRecord, FleetRecords, MissingRecord, PublicKey } from './record.ts'

/** DKIM and ARC records: keys that are declared, and others that still lie on the hosts. */
export function keyRecords(
  hosts: readonly MailHost[],
  keys: ReadonlyMap<string, readonly PublicKey[]> | undefined,
): FleetRecords {
  const owners = new Map<string, { readonly host: string; readonly record: DnsRecord }>()
  const missing: MissingRecord[] = hosts.flatMap((host) => absentKeys(host, keys?.get(host.name)))
  for (const host of hosts) {
    for (const key of (keys?.get(host.name) ?? []).filter((one) => isOurs(host, one))) {
      const owner = owners.get(keyName(key))
      if (!owner) owners.set(keyName(key), { host: host.name, record: keyRecord(host, key) })
      else if (owner.record.value !== keyValue(key)) missing.push(conflict(key, owner.host, host.name))
    }
  }
  return { records: [...owners.values()].map(({ record }) => record), missing }
}

function absentKeys(host: MailHost, found: readonly PublicKey[] | undefined): MissingRecord[] {
  const named = new Set((found ?? []).map(keyName))
  return wantedKeys(host)
    .filter((want) => !named.has(keyName(want)))
    .map((want) => {
      const path = `/etc/${want.use === 'dkim' ? 'opendkim' : 'openarc'}/keys/${want.domain}/${want.selector}.private`
      const because = found ? `${host.name} has no ${path}` : `keys are on ${host.name}; ask it: without --offline`
      return { name: keyName(want), type: 'TXT', because }
    })
}

function conflict(key: PublicKey, first: string, second: string): MissingRecord {
  const because = `${first} and ${second} hold different keys of one selector; give one of them another selector`
  return { name: keyName(key), type: 'TXT', because }
}

/** The record's text (RFC 6376, 3.6.1). */
export function keyValue({ base64 }: Pick<PublicKey, 'base64'>): string {
  return `v=DKIM1; k=rsa; p=${base64}`
}

/** The keys that a host signs with, and those of the selectors kept beside them. */
export function wantedKeys(host: MailHost): Omit<PublicKey, 'base64'>[] {
  const dkim = signingDomains(host).flatMap((domain) => {
    const { signs, kept } = selectorsOf(host, domain)
    return [signs, ...kept].map((selector) => ({ use: 'dkim', domain, selector }) as const)
  })
  const arc = { use: 'arc', domain: host.mail.primaryDomain, selector: host.arc.selector } as const
  return [...(host.roles.has('opendkim') ? dkim : []), ...(host.roles.has('openarc') && host.arc.enabled ? [arc] : [])]
}

/** The domains that a host signs for: its own, and that of rewritten senders where forwarded mail is signed again. */
export function signingDomains(host: MailHost): string[] {
  const resign = host.forwarding.resign === 'off' ? [] : [srsDomain(host)]
  return [...new Set([...activeDomains(host).map(({ name }) => name), ...resign])]
}

/** The name a key is published under. */
export function keyName({ selector, domain }: Pick<PublicKey, 'selector' | 'domain'>): string {
  return `${selector}._domainkey.${domain}`
}

function isOurs(host: MailHost, { use, domain }: PublicKey): boolean {
  if (use === 'smtp') return false
  const signed = [...activeDomains(host).map(({ name }) => name), host.mail.primaryDomain, srsDomain(host)]
  return signed.includes(domain)
}

/** The domain that forwarded mail is sent, and re-signed, for. */
function srsDomain({ srs, mail }: MailHost): string {
  return srs.domain ?? mail.primaryDomain
}

/** A key that no option names any more may stay published while mail signed with it is under way. */
function keyRecord(host: MailHost, key: PublicKey): DnsRecord {
  const declared = wantedKeys(host).some((one) => keyName(one) === keyName(key))
  const what = key.use === 'dkim' ? 'DKIM' : 'ARC'
  const record = { name: keyName(key), type: 'TXT', value: keyValue(key) } as const
  if (declared) return { ...record, why: `${what} key of ${key.domain}` }
  return { ...record, optional: true, why: `${what} key on ${host.name} that nothing signs with` }
}
