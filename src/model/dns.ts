import type { Script } from '../kernel/sh.ts'

/** Types of DNS records that roles can declare. */
export type DnsType = 'A' | 'AAAA' | 'MX' | 'TXT' | 'CNAME' | 'SRV' | 'CAA' | 'PTR' | 'TLSA'

/** How a TXT value is told from other texts under its name, and compared. */
export interface TextForm {
  /** What the value begins with, e.g. `v=spf1`; only one text of a name may begin so. */
  readonly begins: string
  /** The value is a list of `tag=value` (RFC 6376, 3.2): order, blanks and tags at these values do not matter. */
  readonly tags?: { readonly implied?: Readonly<Record<string, string>> }
  /** Nothing else belongs under this name: another text there is this one, damaged. */
  readonly alone?: boolean
  /** A tag whose empty value withdraws the record, e.g. `p` of a public key. */
  readonly withdrawnBy?: string
}

/** A record that the world must see. */
export interface DnsRecord {
  /** Fully qualified, without the last dot. */
  readonly name: string
  readonly type: DnsType
  /** The value as one string; a TXT value is joined, it is cut into strings when it is written. SRV: `PRIORITY WEIGHT PORT TARGET`; CAA and TLSA as a zone file has them. */
  readonly value: string
  /** Of an MX record; default 10. */
  readonly priority?: number | undefined
  /** The host works without it. */
  readonly optional?: boolean | undefined
  /** What it is for, one line. */
  readonly why: string
  readonly text?: TextForm | undefined
  /** Other values may stand beside it, e.g. the next key during a change of keys. */
  readonly others?: 'allowed' | undefined
  /** One value for the whole fleet: what two hosts with different values are told they have, e.g. `different keys of one selector; …`. */
  readonly sole?: string | undefined
}

/** A record whose value is not known, and why. */
export interface MissingRecord {
  readonly name: string
  readonly type: DnsType
  readonly because: string
}

/** Records, and those that could not be made. */
export interface DnsRecords {
  readonly records: readonly DnsRecord[]
  readonly missing: readonly MissingRecord[]
}

/** Records whose values lie on the host, e.g. public keys. */
export interface HostRecords {
  /** Read-only; prints what `read` takes apart. Those of all roles run in one command; no private key leaves the host. */
  readonly script: Script
  read(output: string): DnsRecords
  /** What is missing while the host is not asked. */
  readonly unread: readonly MissingRecord[]
}

/** Where a role's records come from: the declaration, or the host. */
export type DnsSource = DnsRecords | HostRecords

/** What a server said to one question. */
export interface Answer {
  /** Its address; empty where there is no server to ask. */
  readonly server: string
  /** NOERROR, NXDOMAIN, or why there is no answer. */
  readonly status: string
  /** There is no answer: why, in one sentence that is the same for all questions that it keeps from being answered. */
  readonly unanswered?: string | undefined
  /** Values of MX (`10 host`), SRV, A …; names without the last dot, in lower case. */
  readonly values: readonly string[]
  /** The strings of each TXT record. */
  readonly texts: readonly (readonly string[])[]
  /** Seconds that caches may keep this answer, also that there is no such record (RFC 2308, 5). */
  readonly ttl?: number | undefined
}
