import { byPort, type Endpoint, type Handshaken, type OutsideCheck, type Problem } from '#orchestrate'
import type { Certificate, WebSite } from '../slots.ts'

const unknownName = 'unknown-name.example'

/**
 * The handshakes that a host owes its clients: every name on every endpoint with TLS, no name, and a name that it does not
 * have. Web sites have names of their own.
 */
export function handshakeChecks(
  endpoints: readonly Endpoint[],
  certificates: readonly Certificate[],
  sites: readonly WebSite[],
): OutsideCheck[] {
  const own = certificates.find(({ isDefault }) => isDefault)
  if (!own) return []
  const siteNames = sites.map(({ name }) => name).filter((name) => name !== own.name)
  const names = {
    sites: [own.name, ...siteNames],
    clients: certificates.map(({ name }) => name).filter((name) => !siteNames.includes(name)),
  }
  return byPort(endpoints).flatMap((endpoint) => {
    const { tls, port } = endpoint
    if (!tls) return []
    const asked = [
      ...names[tls.names].map((name) => ({ ask: name, want: name, title: `TLS on ${port} shows ${name}` })),
      {
        ask: undefined,
        want: own.name,
        title: `TLS on ${port} shows the default certificate to a client that names nothing`,
      },
      { ask: unknownName, want: own.name, title: `TLS on ${port} shows the default certificate to an unknown name` },
    ]
    return asked.map(
      ({ ask, want, title }): OutsideCheck => ({
        subject: 'tls',
        title,
        endpoint,
        run: async ({ shake, now, days }) => {
          const seen = await shake({ port, start: tls.start, ask })
          return handshakeProblems({ port, want }, seen, { now: now(), days, trusted: own.trusted })
        },
      }),
    )
  })
}

/** What is wrong with the certificate that was shown; `trusted` false when nobody is meant to trust it (a test CA). */
export function handshakeProblems(
  { port, want }: { readonly port: number; readonly want: string },
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
