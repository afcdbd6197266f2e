import type { z } from 'zod'
import { excludedCiphers } from '../ciphers.ts'
import type { Certificate, DeliveryAgent, MailStore, Milter, SenderRewriting } from '../slots.ts'
import type { authVars, ipv6Vars, outboundVars, submissionVars, tlsVars } from '../vars/access.ts'
import type { dkimVars, postscreenVars, rateVars, rblVars } from '../vars/filtering.ts'
import type { hostVars } from '../vars/host.ts'
import type { mailVars } from '../vars/mail.ts'
import { ownNetworks, type smtpVars } from '../vars/smtp.ts'

/** The vars that the role reads. */
export interface PostfixOptions {
  readonly host: z.output<typeof hostVars>
  readonly mail: z.output<typeof mailVars>
  readonly smtp: z.output<typeof smtpVars>
  readonly ipv6: z.output<typeof ipv6Vars>
  readonly submission: z.output<typeof submissionVars>
  readonly tls: z.output<typeof tlsVars>
  readonly outbound: z.output<typeof outboundVars>
  readonly auth: z.output<typeof authVars>
  readonly rbl: z.output<typeof rblVars>
  readonly postscreen: z.output<typeof postscreenVars>
  readonly rate: z.output<typeof rateVars>
  readonly dkim: z.output<typeof dkimVars>
}

/** What the roles around Postfix give it. */
export interface Surroundings {
  readonly store: MailStore
  readonly agent: DeliveryAgent
  readonly certificates: readonly Certificate[]
  readonly milters: readonly Milter[]
  readonly srs: SenderRewriting | undefined
}

/** Where mail of others that leaves the host enters a second time (srs.mode egress). */
export const egressPort = 10_027

/** What the template of main.cf is given. */
export function mainLocals(options: PostfixOptions, { agent, certificates, milters, srs }: Surroundings) {
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

/** What the template of master.cf is given; its options take no blanks. */
export function masterLocals(
  { submission, postscreen, auth }: PostfixOptions,
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

/** Whether some networks are let in or kept out before any block list is asked. */
export function hasClientAccess({ rbl }: Pick<PostfixOptions, 'rbl'>): boolean {
  return rbl.allow.length + rbl.deny.length > 0
}

/** Postfix writes IPv6 networks in brackets: `[2001:db8::]/32` (postconf(5), mynetworks). */
export function postfixNetwork(network: string): string {
  return network.includes(':') ? network.replace(/^(.*)\/(\d+)$/, '[$1]/$2') : network
}

// Port 25 only (M20): exceptions first, lists with the answers that count, so that an error code of a list blocks nobody.
function recipientRestrictions(options: PostfixOptions, agent: DeliveryAgent): string[] {
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

// Filters read each other's results: DKIM, then DMARC, then ARC (M5). One that may be missing says so itself (M25).
function milterList(milters: readonly Milter[], place: Milter['on'][number]): string[] {
  const here = milters.filter(({ on }) => on.includes(place)).sort((a, b) => a.order - b.order)
  return here.map(({ endpoint, whenDown }) =>
    whenDown === 'accept' ? `{ ${endpoint}, default_action=accept }` : endpoint,
  )
}
