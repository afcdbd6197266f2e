import ipaddr from 'ipaddr.js'
import type { Problem } from '../../kernel/errors.ts'
import type { MailHost } from '../facts.ts'

/** A TCP port that must answer. */
export interface ExpectedListener {
  readonly port: number
  /** Who may reach it; of networks the firewall lets in these alone. */
  readonly from: 'everywhere' | 'loopback' | readonly string[]
  readonly what: string
}

/** A TCP listener that `ss -Hltnp` shows. */
export interface Listener {
  readonly address: string
  readonly port: number
  readonly process: string
}

/** The ports that a host's declaration makes. */
export function expectedListeners(host: MailHost): ExpectedListener[] {
  const { roles, submission, imap, pop3, managesieve, srs, arc } = host
  const everywhere = (port: number, what: string, when = true) =>
    when ? [{ port, from: 'everywhere', what } as const] : []
  const loopback = (port: number, what: string, when: boolean) =>
    when ? [{ port, from: 'loopback', what } as const] : []
  return [
    ...everywhere(25, 'SMTP', roles.has('postfix')),
    ...submission.ports.flatMap((port) => everywhere(port, 'submission', roles.has('postfix'))),
    ...everywhere(993, 'IMAP over TLS', roles.has('dovecot')),
    ...everywhere(143, 'IMAP', roles.has('dovecot') && imap.plainListeners),
    ...everywhere(995, 'POP3 over TLS', roles.has('dovecot') && pop3.enabled),
    ...everywhere(110, 'POP3', roles.has('dovecot') && pop3.enabled && pop3.plainListeners),
    ...everywhere(4190, 'ManageSieve', roles.has('dovecot') && managesieve.public),
    ...web(host),
    ...loopback(8891, 'OpenDKIM', roles.has('opendkim')),
    ...loopback(8892, 'OpenARC', roles.has('openarc') && arc.enabled),
    ...loopback(8893, 'OpenDMARC', roles.has('opendmarc')),
    ...loopback(10_001, 'PostSRSd, senders', roles.has('postsrsd') && srs.enabled),
    ...loopback(10_002, 'PostSRSd, recipients', roles.has('postsrsd') && srs.enabled),
  ]
}

/** Open to all once anything is served to all; PostfixAdmin alone is for its own networks. */
function web({ roles, publicNames, webadmin }: MailHost): ExpectedListener[] {
  if (!roles.has('httpd')) return []
  if (publicNames.length > 0) return [{ port: 443, from: 'everywhere', what: 'HTTPS' }]
  return webadmin.enabled ? [{ port: 443, from: webadmin.allowFrom, what: 'PostfixAdmin' }] : []
}

/** Whether a machine with this address is let in. An address that is not known may be. */
export function mayReach({ from }: ExpectedListener, address: string | undefined): boolean {
  if (typeof from === 'string') return from === 'everywhere'
  if (from.length === 0 || address === undefined) return from.length > 0
  const own = ipaddr.process(address)
  return from.some((network) => {
    const range = ipaddr.parseCIDR(network)
    return range[0].kind() === own.kind() && own.match(range)
  })
}

/** Listeners that others are let in to, but not a machine with this address: nothing can be said of them from there. */
export function hiddenListeners(host: MailHost, address: string | undefined): ExpectedListener[] {
  return expectedListeners(host).filter(
    (one) => typeof one.from !== 'string' && one.from.length > 0 && !mayReach(one, address),
  )
}

/** Ports that the world may reach beside those of mail: the administrator's way in, and the web server's redirect to TLS. */
const alsoPublic = (host: MailHost, { port, process }: Listener) =>
  process === 'sshd' || port === 22 || (port === 80 && host.roles.has('httpd'))

/** The listeners in the output of `ss -Hltnp`. */
export function parseListeners(output: string): Listener[] {
  return output.split('\n').flatMap((line) => {
    const [, , , local = ''] = line.trim().split(/\s+/)
    const at = local.lastIndexOf(':')
    if (at < 0) return []
    const process = /\(\("([^"]+)"/.exec(line)?.[1] ?? ''
    return [{ address: local.slice(0, at).replace(/^\[|\]$|%.*$/g, ''), port: Number(local.slice(at + 1)), process }]
  })
}

/** Ports that are closed or open to the wrong people, and listeners that nobody declared (M38). */
export function listenerProblems(host: MailHost, seen: readonly Listener[]): Problem[] {
  const expected = expectedListeners(host)
  const wrong = expected.flatMap(({ port, from, what }): Problem[] => {
    const place = `port ${port} (${what})`
    const there = seen.filter((one) => one.port === port)
    if (there.length === 0) return [{ place, found: 'nothing listens', allowed: `open ${where(from)}` }]
    const open = there.some(({ address }) => !isLoopback(address))
    if (from === 'loopback' ? !open : open) return []
    return [{ place, found: there.map(({ address }) => address).join(', '), allowed: `open ${where(from)}` }]
  })
  const known = new Set(expected.map(({ port }) => port))
  const strangers = seen.filter((one) => !isLoopback(one.address) && !known.has(one.port) && !alsoPublic(host, one))
  const ports = new Map(strangers.map((one) => [one.port, one]))
  return [
    ...wrong,
    ...[...ports.values()].map(({ port, address, process }) => ({
      place: `port ${port}`,
      found: `${process || 'something'} on ${address}`,
      allowed: 'nothing: it is not declared',
    })),
  ]
}

function where(from: ExpectedListener['from']): string {
  if (typeof from !== 'string') return `for ${from.join(', ') || 'the host itself'}`
  return from === 'everywhere' ? 'to the world' : 'on 127.0.0.1 only'
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1' || address === '::ffff:127.0.0.1'
}
