import type { Problem } from '../kernel/errors.ts'
import type { Script } from '../kernel/sh.ts'
import type { Endpoint } from '../model/endpoint.ts'
import type { Dialogue, Fetched, Handshake, Handshaken, Inbox, MailLogin, Page, Submission } from '../model/live.ts'
import type { HostFacts } from './role.ts'
import type { Slot } from './slot.ts'

/** What came of a check: problems (none: it passed), why it could not be carried out, or that there is nothing to check here. */
export type CheckOutcome = readonly Problem[] | { readonly skipped: string } | 'not applicable'

interface CheckHead {
  /** What it is about, one word; reports group by it: `tls`, `queue`. */
  readonly subject: string
  /** A statement that should be true: `the mail queue is empty`. */
  readonly title: string
}

/** A check that the host answers itself: those of all roles travel in one command. */
export interface InsideCheck extends CheckHead {
  /** Read-only; prints what `judge` takes apart. Its exit status does not count. */
  readonly script: Script
  judge(output: string): readonly Problem[]
}

/** A check that is made over the network, as strangers and users see the host. */
export interface OutsideCheck extends CheckHead {
  /** The endpoint it is about: it is skipped, with the reason, where the endpoint is not open to this machine. */
  readonly endpoint?: Endpoint
  run(tools: CheckTools): Promise<CheckOutcome>
}

/** Something that must be true of a running host; `orchestrate verify` carries it out. */
export type LiveCheck = InsideCheck | OutsideCheck

/** What checks over the network may use. Each call goes to the host that is checked unless it says otherwise. */
export interface CheckTools {
  readonly host: HostFacts
  /** Days that a certificate must still be valid for. */
  readonly days: number
  /** Seconds that a message may take. */
  readonly seconds: number
  shake(handshake: Handshake): Promise<Handshaken>
  /** Holds an SMTP conversation; gives the first answer that is not the wanted one. */
  converse(dialogue: Dialogue): Promise<readonly Problem[]>
  fetchPage(page: Page): Promise<Fetched>
  /** Submits a message to the server that the login names; gives its answer. */
  submit(login: MailLogin, message: Submission): Promise<string>
  openInbox(login: MailLogin): Promise<Inbox>
  /** Asks DNS in the manner of `dns.promises.resolve`. */
  resolve(name: string, type: string): Promise<string[] | string[][]>
  /** What the roles of all hosts of this verification provided in a slot. */
  provided<Value>(slot: Slot<Value>): readonly { readonly host: HostFacts; readonly value: Value }[]
  /** A random word, at least 96 bits. */
  token(): string
  /** Milliseconds since the epoch. */
  now(): number
  /** Resolves after so many milliseconds. */
  wait(milliseconds: number): Promise<void>
}
