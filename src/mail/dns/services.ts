import { activeDomains, type MailHost } from '../facts.ts'
import { userServer } from '../public-names.ts'
import type { DnsRecord } from './record.ts'

/** SRV records by which mail programs find their servers (RFC 6186, RFC 8314); `.` says: not offered. */
export function serviceRecords(host: MailHost): DnsRecord[] {
  return activeDomains(host).flatMap(({ name }) => {
    const target = userServer(name, host.host.fqdn, host.clientNames)
    return services(host).map(([service, port]) => ({
      name: `_${service}._tcp.${name}`,
      type: 'SRV',
      value: port === undefined ? '0 0 0 .' : `0 1 ${port} ${target}`,
      optional: true,
      why: port === undefined ? `${service} is not offered` : `mail programs find ${service}`,
    }))
  })
}

function services({ submission, imap, pop3, managesieve }: MailHost): (readonly [string, number | undefined])[] {
  const has = (port: number) => (submission.ports.includes(port) ? port : undefined)
  return [
    ['submissions', has(465)],
    ['submission', has(587)],
    ['imaps', 993],
    ['imap', imap.plainListeners ? 143 : undefined],
    ['pop3s', pop3.enabled ? 995 : undefined],
    ['pop3', pop3.enabled && pop3.plainListeners ? 110 : undefined],
    ['sieve', managesieve.public ? 4190 : undefined],
  ]
}
