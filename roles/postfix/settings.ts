import { excludedCiphers } from '../lib/ciphers.ts'
import type { Certificate, DeliveryAgent, MailStore, Milter, SenderRewriting } from '../slots.ts'
import { ownNetworks } from '../vars/mail.ts'
import type { Vars } from './vars.ts'

/** What the roles around Postfix give it. */
export interface Surroundings {
  readonly store: MailStore
  readonly agent: DeliveryAgent
  readonly certificates: readonly Certificate[]
  readonly milters: readonly Milter[]
  readonly srs: SenderRewriting | undefined
}

/**
 * Port on which mail of foreign senders enters Postfix a second time before it is sent on (srs.mode egress); SELinux lets
 * Postfix bind it.
 */
export const egressPort = 10_027

/** Locals of the template of main.cf. */
export function mainLocals(options: Vars, { agent, certificates, milters, srs }: Surroundings) {
  const { host, mail, smtp, ipv6, tls, outbound, rbl, postscreen, rate, dkim } = options
  const own = certificates.find(({ isDefault }) => isDefault)
  return {
    fqdn: host.fqdn,
    mail,
    smtp,
    ipv6,
    agent,
    mynetworks: ownNetworks(smtp).map(postfixNetwork),
    chainFiles: [...new Set([own?.key ?? '', own?.chain ?? ''])],
    minVersion: tls.minVersion,
    excludedCiphers: excludedCiphers(tls),
    outboundTls: outbound.tls,
    recipientRestrictions: recipientRestrictions(options, agent),
    rate,
    dqs: rbl.spamhausDqsKey !== undefined,
    postscreen: postscreen.enabled,
    zones: rbl.zones,
    clientAccess: hasClientAccess(options),
    milters: {
      inbound: milterList(milters, 'inbound').join(', '),
      local: milterList(milters, 'local').join(', '),
    },
    signBounces: dkim.signBounces && milters.some(({ on }) => on.includes('local')),
    srs: srs ? { ...srs, ownDomain: srs.ownDomain ?? '' } : false,
  }
}

/** Locals of the template of master.cf; values of -o options contain no blanks. */
export function masterLocals(
  { submission, postscreen, auth }: Vars,
  { agent, milters, srs }: Pick<Surroundings, 'agent' | 'milters' | 'srs'>,
) {
  const names = new Map([
    [587, { service: 'submission', wrapped: false }],
    [465, { service: 'smtps', wrapped: true }],
  ])
  return {
    submission: submission.ports.flatMap((port) => names.get(port) ?? []),
    restrictions: {
      sender: ['reject_non_fqdn_sender', ...(auth.senderLoginCheck ? ['reject_sender_login_mismatch'] : [])],
      recipient: [
        'reject_non_fqdn_recipient',
        'reject_unknown_recipient_domain',
        ...overQuota(agent).map((one) => one.replace(' ', ',')),
        'permit_sasl_authenticated',
        'reject',
      ],
    },
    milters: {
      submission: milterList(milters, 'submission').join(',').replaceAll(' ', ''),
      egress: milterList(milters, 'egress').join(',').replaceAll(' ', ''),
    },
    postscreen: postscreen.enabled,
    egress: srs?.mode === 'egress' ? srs : false,
    egressPort: `127.0.0.1:${egressPort}`,
  }
}

/** Whether any networks are accepted or rejected before the block lists are queried. */
export function hasClientAccess({ rbl }: Pick<Vars, 'rbl'>): boolean {
  return rbl.allow.length + rbl.deny.length > 0
}

/** Postfix writes IPv6 networks in brackets: `[2001:db8::]/32` (postconf(5), mynetworks). */
export function postfixNetwork(network: string): string {
  return network.includes(':') ? network.replace(/^(.*)\/(\d+)$/, '[$1]/$2') : network
}

// Port 25 only. Exceptions come first; each list has its return codes, so that an error code does not block mail.
function recipientRestrictions(options: Vars, agent: DeliveryAgent): string[] {
  const { rbl, postscreen } = options
  return [
    'permit_mynetworks',
    'reject_unauth_destination',
    ...overQuota(agent),
    ...(hasClientAccess(options) ? ['check_client_access cidr:/etc/postfix/client_access'] : []),
    ...(postscreen.enabled ? [] : rbl.zones.map(({ zone, codes }) => `reject_rbl_client ${zone}=${codes}`)),
    ...(rbl.spamhausDqsKey ? ['check_client_access pcre:/etc/postfix/rbl_dqs'] : []),
  ]
}

function overQuota({ quotaStatus }: DeliveryAgent): string[] {
  return quotaStatus ? [`check_policy_service unix:${quotaStatus}`] : []
}

// Filters read each other's results, so the order is DKIM, DMARC, ARC. A filter declares itself whether Postfix may bypass it.
function milterList(milters: readonly Milter[], place: Milter['on'][number]): string[] {
  const here = milters.filter(({ on }) => on.includes(place)).sort((a, b) => a.order - b.order)
  return here.map(({ endpoint, whenDown }) =>
    whenDown === 'accept' ? `{ ${endpoint}, default_action=accept }` : endpoint,
  )
}
