import { createHash } from 'node:crypto'
import type { MailHost } from '../facts.ts'
import type { FleetRecords, PublicKey } from './record.ts'

/** The key that each mail server shows on port 25, for senders that check DNSSEC (RFC 7672, 3.1.1: usage 3, selector 1). */
export function tlsaRecords(
  hosts: readonly MailHost[],
  keys: ReadonlyMap<string, readonly PublicKey[]> | undefined,
): FleetRecords {
  const made = hosts.filter(({ extras }) => extras.dane).map((host) => recordOf(host, keys?.get(host.name)))
  return {
    records: made.flatMap((one) => ('value' in one ? [one] : [])),
    missing: made.flatMap((one) => ('because' in one ? [one] : [])),
  }
}

function recordOf(host: MailHost, found: readonly PublicKey[] | undefined) {
  const key = found?.find(({ use }) => use === 'smtp')
  const head = { name: `_25._tcp.${host.host.fqdn}`, type: 'TLSA' } as const
  if (key) return { ...head, value: tlsaValue(key), why: `key of ${host.name} on port 25; the zone has to be signed` }
  const asked = `${host.name} has no certificate for port 25`
  return { ...head, because: found ? asked : `the certificate is on ${host.name}; ask it: without --offline` }
}

/** Usage DANE-EE, selector SPKI, SHA-256 (RFC 6698, 2.1; RFC 7671, 5.1). */
function tlsaValue({ base64 }: PublicKey): string {
  return `3 1 1 ${createHash('sha256').update(Buffer.from(base64, 'base64')).digest('hex')}`
}
