import { type databaseGrant, type Resource, type Script, type Secret, sh, slot } from '#orchestrate'

/** An account of the database server and what it may do. */
export interface DatabaseAccount {
  readonly user: string
  readonly password: Secret
  readonly grants: readonly {
    readonly on: string
    readonly privileges: Parameters<typeof databaseGrant>[0]['privileges']
  }[]
}

/** A database that a role needs. */
export interface DatabaseNeed {
  readonly name: string
  readonly charset?: string
  readonly collation?: string
  readonly accounts: readonly DatabaseAccount[]
}

/** Databases and their accounts: MariaDB runs first. */
export const databases = slot<DatabaseNeed>('databases', { first: 'collectors' })

/** A mail filter that Postfix hands messages to. */
export interface Milter {
  readonly name: string
  /** As Postfix writes it: `inet:127.0.0.1:8891`. */
  readonly endpoint: string
  /** Lower runs first: DKIM 10, DMARC 20, ARC 30. */
  readonly order: number
  /** Where it filters: mail from the world, mail that users submit, mail made on this host, forwarded mail on its way out. */
  readonly on: readonly ('inbound' | 'submission' | 'local' | 'egress')[]
  /** What Postfix does when it does not answer; default tempfail. */
  readonly whenDown?: 'tempfail' | 'accept'
  /** What it adds to incoming mail: a header with the results of its checks, or a seal on such results. */
  readonly adds?: 'results' | 'seal'
  /** Networks whose mail it does not check, in CIDR form. */
  readonly exempt?: readonly string[]
}

/** How Postfix names a milter on a loopback port. */
export function milterAt(port: number): string {
  return `inet:127.0.0.1:${port}`
}

/**
 * Exits 0 when a milter on this loopback port answers: Postfix's first packet is SMFIC_OPTNEG (13 bytes: `O`,
 * version 6, actions, steps), and a filter that works answers with one of its own (libmilter/docs of sendmail, mfdef.h).
 */
export function milterAnswers(port: number): Script {
  const ask = `exec 3<>/dev/tcp/127.0.0.1/${port} && printf '\\0\\0\\0\\rO\\0\\0\\0\\6\\0\\0\\1\\377\\0\\037\\377\\377' >&3`
  return sh`timeout 5 bash -c ${`${ask} && [ "$(head -c 5 <&3 | tail -c 1)" = O ]`}`
}

/** Milters start before Postfix. */
export const milters = slot<Milter>('milters', { first: 'providers' })

/** A certificate with its key, for one client-visible name. */
export interface Certificate {
  readonly name: string
  /** PEM path of the private key, 0600 root. */
  readonly key: string
  /** PEM path of the certificate and its chain. */
  readonly chain: string
  /** Served when a client names nothing or something unknown. Exactly one is the default. */
  readonly isDefault: boolean
  /** Whether clients are meant to trust it; false for that of a test CA. */
  readonly trusted: boolean
  /** What makes the files on the host, if it is a resource: when it runs, every service that has loaded them must reload them. */
  readonly madeBy?: Resource
}

/** The resources that create the files of certificates, without duplicates. */
export function makersOf(shown: readonly Certificate[]): Resource[] {
  const makers = shown.flatMap(({ madeBy }) => madeBy ?? [])
  return makers.filter(({ id }, index) => makers.findIndex((one) => one.id === id) === index)
}

/** Certificates are in place before the daemons that show them. */
export const certificates = slot<Certificate>('certificates', { first: 'providers' })

/** Location and owner of the mail. */
export interface MailStore {
  readonly user: string
  readonly group: string
  readonly uid: number
  readonly gid: number
  readonly root: string
  /** Database that holds domains, mailboxes and aliases (PostfixAdmin's tables). */
  readonly database: string
}

/** The mail store exists before Dovecot and Postfix use it. */
export const mailStores = slot<MailStore>('mailStores', { first: 'providers' })

/** PostfixAdmin's tables exist in this database. */
export interface AccountSchema {
  readonly database: string
}

/** The tables are created before rows are inserted. */
export const accountSchemas = slot<AccountSchema>('accountSchemas', { first: 'providers' })

/** Dovecot's sockets inside Postfix's queue directory, as Postfix names them (relative to it). */
export interface DeliveryAgent {
  /** LMTP, e.g. `private/dovecot-lmtp`. */
  readonly lmtp: string
  /** SASL, e.g. `private/auth`. */
  readonly sasl: string
  /** Policy service that rejects mail over quota, e.g. `private/quota-status`. */
  readonly quotaStatus?: string
}

/** Dovecot listens before Postfix speaks to it. */
export const deliveryAgents = slot<DeliveryAgent>('deliveryAgents', { first: 'providers' })

/** Lookup tables that rewrite envelope addresses. */
export interface SenderRewriting {
  /** Postfix table for senders, e.g. `tcp:127.0.0.1:10001`. */
  readonly forward: string
  /** Postfix table for recipients, e.g. `tcp:127.0.0.1:10002`. */
  readonly reverse: string
  readonly mode: 'canonical' | 'egress'
  /** The domain of rewritten senders. */
  readonly domain: string
  /** The same, where no mailboxes are in it: bounces to it must be accepted. */
  readonly ownDomain?: string
}

/** PostSRSd answers before Postfix asks. */
export const senderRewriting = slot<SenderRewriting>('senderRewriting', { first: 'providers' })

/** A web site of this host: one virtual host on 443. */
export interface WebSite {
  /** Short name, used for its configuration file and its logs. */
  readonly label: string
  /** The name it answers to; a certificate is made for it. */
  readonly name: string
  /** Template of what it serves: the inside of its virtual host. */
  readonly template: string
  readonly locals: Readonly<Record<string, unknown>>
  /** Path that is answered with 200 while everything behind it works. */
  readonly health?: string
  /** What that page then contains, where a broken site answers 200 too. */
  readonly contains?: string
}

/** The content of a site exists before Apache serves it. */
export const webSites = slot<WebSite>('webSites', { first: 'providers' })

/** A mailbox that `verify` may send test messages from and read them in. */
export interface TestMailbox {
  readonly address: string
  readonly password: Secret
  /** Its password is known as a hash only: nobody can log in with it. */
  readonly hashed: boolean
}

/** The mailbox of the host that test messages go through. */
export const testMailboxes = slot<TestMailbox>('testMailboxes', { first: 'providers' })
