import type { Problem } from '../kernel/errors.ts'
import type { Secret } from '../kernel/secret.ts'
import type { CheckResult } from '../mail/checks/check.ts'
import type { Dialogue } from '../mail/checks/dialogues.ts'
import type { ProbeMessage, Verdict } from '../mail/checks/message.ts'
import type { Fetched, Page } from '../mail/checks/policy.ts'
import type { Handshake, Handshaken } from '../mail/checks/tls.ts'
import type { Answer } from '../mail/dns/compare.ts'
import type { DnsRecord } from '../mail/dns/record.ts'
import type { MailHost } from '../mail/facts.ts'
import type { Session } from '../model/session.ts'

/** An account that verification sends and reads as. */
export interface MailAccount {
  readonly address: string
  readonly password: Secret
}

/** A host to verify; `account` is missing when its password is not known. */
export interface VerifyTarget {
  readonly host: MailHost
  readonly account: MailAccount | undefined
  /** Why there is no account. */
  readonly because?: string | undefined
}

/** An open INBOX. */
export interface Inbox {
  fetch(id: string): Promise<Buffer | undefined>
  remove(id: string): Promise<number>
  close(): Promise<void>
}

/** The edge of verification: every effect it has. */
export interface VerifyPorts {
  connect(host: string): Promise<Session>
  /** This machine's address as the host sees it, if that can be told. */
  ownAddress(address: string): Promise<string | undefined>
  shake(address: string, handshake: Handshake): Promise<Handshaken>
  fetchPage(address: string, page: Page): Promise<Fetched>
  converse(address: string, dialogue: Dialogue): Promise<Problem[]>
  submit(target: VerifyTarget, account: MailAccount, message: ProbeMessage): Promise<string>
  inbox(target: VerifyTarget, account: MailAccount): Promise<Inbox>
  judge(message: Buffer, origin: { ip: string; helo: string; sender: string }): Promise<Verdict>
  answers(name: string, type: DnsRecord['type']): Promise<readonly Answer[]>
  token(): string
  now(): number
  /** Resolves after so many milliseconds. */
  wait(milliseconds: number): Promise<void>
  report(result: CheckResult): void
}

/** How strictly is judged. */
export interface VerifyOptions {
  /** Days that a certificate must still be valid for. */
  readonly days: number
  /** Seconds that a message may take. */
  readonly seconds: number
  /** Ask DNS about the records too. */
  readonly dns: boolean
}
