/** How TLS begins on a port: with the first byte, or after the protocol's own command (STARTTLS, STLS). */
export type TlsStart = 'immediate' | 'smtp' | 'imap' | 'pop3' | 'sieve'

/**
 * A port that a role serves. Roles provide endpoints; the firewall opens them, `verify` checks that exactly these are open, and
 * roles that describe the host to others (SRV records, settings for mail programs, bans) read them.
 */
export interface Endpoint {
  readonly port: number
  /** The last one of a range that begins with `port`. */
  readonly lastPort?: number
  /** Default tcp. */
  readonly protocol?: 'tcp' | 'udp'
  /** Service name as IANA registers it, e.g. `imaps`; how other roles find the endpoint. */
  readonly name: string
  /** What it is for, as reports print it: `IMAP over TLS`. */
  readonly purpose: string
  /**
   * Who may reach it. `world`; `loopback`: it listens on loopback addresses only; networks (CIDR): it listens on all addresses
   * and the firewall lets these in, nobody if the list is empty.
   */
  readonly exposure: 'world' | 'loopback' | readonly string[]
  /** The service that firewalld ships for this port; without it the port itself is opened. */
  readonly firewalldService?: string
  /** TLS that clients find here, and which names it has a certificate for: those of client programs, or those of web sites. */
  readonly tls?: { readonly start: TlsStart; readonly names: 'clients' | 'sites' }
  /** Something may listen here, but need not. */
  readonly optional?: boolean
  /** Clients authenticate or are refused here, so addresses that fail too often may be banned from it. */
  readonly bans?: boolean
}

/** One endpoint for each port: where several roles serve one port, who may reach any of them may reach it. */
export function byPort(endpoints: readonly Endpoint[]): Endpoint[] {
  const ports = Map.groupBy(endpoints, ({ port, lastPort, protocol = 'tcp' }) => `${port}-${lastPort}/${protocol}`)
  return [...ports.values()].flatMap((all) => {
    const [first] = all
    const widest =
      all.find(({ exposure }) => exposure === 'world') ?? all.find(({ exposure }) => exposure !== 'loopback')
    if (!first || !widest) return first ?? []
    if (widest.exposure === 'world') return widest
    return {
      ...widest,
      exposure: [...new Set(all.flatMap(({ exposure }) => (typeof exposure === 'string' ? [] : exposure)))],
    }
  })
}
