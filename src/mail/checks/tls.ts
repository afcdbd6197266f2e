import type { X509Certificate } from 'node:crypto'
import type { Problem } from '../../kernel/errors.ts'
import type { MailHost } from '../facts.ts'
import { expectedListeners, mayReach } from './listeners.ts'

/** How TLS begins on a port. */
export type Start = 'at once' | 'smtp' | 'imap' | 'pop3' | 'sieve'

/** One handshake to make. */
export interface Handshake {
  readonly port: number
  readonly start: Start
  /** Name the client asks for; without one the default certificate is due. */
  readonly ask: string | undefined
  /** Name the certificate must be for. */
  readonly want: string
}

/** How a handshake ended. */
export type Handshaken =
  | {
      readonly certificate: X509Certificate
      readonly protocol: string
      /** Why the chain is not trusted; `undefined` when it is. */
      readonly distrust: string | undefined
    }
  | { readonly failed: string }

const starts: ReadonlyMap<number, Start> = new Map([
  [25, 'smtp'],
  [587, 'smtp'],
  [143, 'imap'],
  [110, 'pop3'],
  [4190, 'sieve'],
])

const unknownName = 'unknown-name.example'

/**
 * The handshakes that a host owes its clients: every name on every TLS port that a machine with this address may reach, no
 * name, and a name it does not have (A2).
 */
export function handshakes(host: MailHost, address?: string): Handshake[] {
  const ports = expectedListeners(host).filter((one) => mayReach(one, address))
  const fqdn = host.host.fqdn
  const sites = host.publicNames.map(({ name }) => name)
  const served = host.clientNames.filter((name) => !sites.includes(name))
  return ports.flatMap(({ port }) => {
    const start = starts.get(port) ?? 'at once'
    const names = port === 443 ? [fqdn, ...sites.filter((name) => name !== fqdn)] : served
    return [
      ...names.map((name) => ({ port, start, ask: name, want: name })),
      { port, start, ask: undefined, want: fqdn },
      { port, start, ask: unknownName, want: fqdn },
    ]
  })
}

/** A handshake as words, e.g. `587 as mail.red.example`. */
export function handshakeTitle({ port, ask, want }: Handshake): string {
  if (ask === want) return `TLS on ${port} shows ${want}`
  return `TLS on ${port} shows the default certificate to ${ask === undefined ? 'a client that names nothing' : 'an unknown name'}`
}

/** What is wrong with the certificate that was shown; `trusted` false when nobody is meant to trust it (a test CA). */
export function handshakeProblems(
  { port, want }: Handshake,
  seen: Handshaken,
  { now, days, trusted }: { readonly now: number; readonly days: number; readonly trusted: boolean },
): Problem[] {
  const place = `TLS on ${port}`
  if ('failed' in seen) return [{ place, found: seen.failed, allowed: `a certificate for ${want}` }]
  const { certificate, protocol, distrust } = seen
  const problems: Problem[] = []
  if (certificate.checkHost(want, { subject: 'always' }) === undefined) {
    const names = certificate.subjectAltName ?? certificate.subject
    problems.push({ place, found: `a certificate for ${names}`, allowed: want })
  }
  if (!/^TLSv1\.[23]$/.test(protocol)) problems.push({ place, found: protocol, allowed: 'TLSv1.2 or TLSv1.3' })
  if (trusted && distrust)
    problems.push({ place, found: `not trusted: ${distrust}`, allowed: 'a chain to a public CA' })
  const left = Math.floor((Date.parse(certificate.validTo) - now) / 86_400_000)
  if (left < days) problems.push({ place, found: `it expires in ${left} days`, allowed: `at least ${days} days` })
  return problems
}
