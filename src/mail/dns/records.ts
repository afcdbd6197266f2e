import { activeDomains, type MailHost } from '../facts.ts'
import { addressRecords } from './addresses.ts'
import { issuerRecords } from './caa.ts'
import { dmarcRecords } from './dmarc.ts'
import { keyRecords } from './keys.ts'
import { mtaStsRecords } from './mta-sts.ts'
import type { DnsRecord, FleetRecords, PublicKey } from './record.ts'
import { serviceRecords } from './services.ts'
import { tlsReportRecords } from './tls-rpt.ts'
import { tlsaRecords } from './tlsa.ts'

/** Every record that these hosts need; `keys` are the public keys found on each, `undefined` where nobody looked. */
export function fleetRecords(
  hosts: readonly MailHost[],
  keys: ReadonlyMap<string, readonly PublicKey[]> | undefined,
): FleetRecords {
  const addresses = addressRecords(hosts)
  const signing = keyRecords(hosts, keys)
  const shown = tlsaRecords(hosts, keys)
  const records = [
    ...addresses.records,
    ...hosts.map(heloRecord),
    ...hosts.flatMap(mxRecords),
    ...hosts.flatMap(senderRecords),
    ...signing.records,
    ...hosts.flatMap(dmarcRecords),
    ...hosts.flatMap(mtaStsRecords),
    ...hosts.flatMap(tlsReportRecords),
    ...hosts.flatMap(issuerRecords),
    ...shown.records,
    ...hosts.flatMap(serviceRecords),
  ]
  return { records: distinct(records), missing: [...addresses.missing, ...signing.missing, ...shown.missing] }
}

function heloRecord({ host }: MailHost): DnsRecord {
  const why = 'SPF of the host name: bounces have no other sender to check (M36)'
  return { name: host.fqdn, type: 'TXT', value: 'v=spf1 a -all', why }
}

function mxRecords(host: MailHost): DnsRecord[] {
  return mailDomains(host).map((name) => ({
    name,
    type: 'MX',
    value: host.host.fqdn,
    priority: 10,
    why: `mail for ${name} comes here`,
  }))
}

function senderRecords(host: MailHost): DnsRecord[] {
  return mailDomains(host)
    .filter((name) => name !== host.host.fqdn)
    .map((name) => ({ name, type: 'TXT', value: 'v=spf1 mx -all', why: `SPF: mail of ${name} comes from its MX only` }))
}

/** Domains with mail of their own, the SRS domain among them: bounces must come back. */
function mailDomains(host: MailHost): string[] {
  const srs = host.srs.enabled && host.srs.domain ? [host.srs.domain] : []
  return [...new Set([...activeDomains(host).map(({ name }) => name), ...srs])]
}

function distinct(records: readonly DnsRecord[]): DnsRecord[] {
  const key = ({ name, type, value }: DnsRecord) => `${name} ${type} ${value}`
  return [...new Map(records.map((record) => [key(record), record])).values()]
}
