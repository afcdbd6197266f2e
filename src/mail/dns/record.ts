/** A record that the world must see for mail to work. */
export interface DnsRecord {
  /** Fully qualified, without the last dot. */
  readonly name: string
  readonly type: 'A' | 'AAAA' | 'MX' | 'TXT' | 'CNAME' | 'SRV' | 'CAA' | 'PTR' | 'TLSA'
  /** The value as one text; TXT is joined, its chunks are made when it is written. SRV: `PRIORITY WEIGHT PORT TARGET`; CAA and TLSA as a zone file has them. */
  readonly value: string
  readonly priority?: number | undefined
  /** Mail works without it. */
  readonly optional?: boolean | undefined
  readonly why: string
}

/** A public key found on a host, as DNS carries it: base64 of the DER form. For `smtp`, of the certificate shown on port 25. */
export interface PublicKey {
  readonly use: 'dkim' | 'arc' | 'smtp'
  readonly domain: string
  readonly selector: string
  readonly base64: string
}

/** Something that keeps a record from being known. */
export interface MissingRecord {
  readonly name: string
  readonly type: DnsRecord['type']
  readonly because: string
}

/** Records of a fleet, and what could not be said. */
export interface FleetRecords {
  readonly records: readonly DnsRecord[]
  readonly missing: readonly MissingRecord[]
}
