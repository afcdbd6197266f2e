/** How TLS begins on a port: with the first byte, or after the protocol's own command (STARTTLS, STLS). */
export type TlsStart = 'immediate' | 'smtp' | 'imap' | 'pop3' | 'sieve'

/**
 * A port that a role serves. Roles provide endpoints; the firewall opens them, `verify` checks that exactly these are open, and
 * roles that describe the host to others (SRV records, settings for mail programs, bans) read them.
 */
export interface Endpoint {
  readonly port: number
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
  /** Clients authenticate or are refused here, so addresses that fail too often may be banned from it. */
  readonly bans?: boolean
}

/** An endpoint in words for reports: `port 993 (IMAP over TLS)`. */
export function endpointWords({ port, protocol = 'tcp', purpose }: Endpoint): string {
  return `port ${port}${protocol === 'udp' ? '/udp' : ''} (${purpose})`
}
