import type { X509Certificate } from 'node:crypto'
import type { Secret } from '../kernel/secret.ts'
import type { TlsStart } from './endpoint.ts'

/** One TLS handshake to make. */
export interface Handshake {
  readonly port: number
  readonly start: TlsStart
  /** Name that the client asks for (SNI); `undefined` asks for none. */
  readonly ask: string | undefined
}

/** How a handshake ended. */
export type Handshaken =
  | {
      readonly certificate: X509Certificate
      /** As OpenSSL names it, e.g. `TLSv1.3`. */
      readonly protocol: string
      /** Why the chain is not trusted; `undefined` when it is. */
      readonly distrust: string | undefined
    }
  | { readonly failed: string }

/** One line of a conversation and the answer it must get. */
export interface DialogueLine {
  /** `STARTTLS` switches to TLS when the server agrees. */
  readonly say: string
  readonly want: RegExp
  /** The wanted answer in words. */
  readonly allowed: string
}

/** An SMTP conversation that must go one way. */
export interface Dialogue {
  readonly port: number
  /** TLS from the first byte. */
  readonly tls: boolean
  readonly lines: readonly DialogueLine[]
}

/** A page of a name of the host. */
export interface Page {
  readonly name: string
  readonly path: string
}

/** What came of asking for a page. */
export type Fetched =
  | { readonly status: number; readonly type: string; readonly text: string }
  | { readonly failed: string }

/** A mailbox at a server, and how to log in to it. */
export interface MailLogin {
  /** Address to connect to. */
  readonly server: string
  readonly port: number
  /** The name in the certificate. */
  readonly serverName: string
  readonly user: string
  readonly password: Secret
  /** Whether the certificate must be trusted; false for a test CA. */
  readonly trusted: boolean
}

/** A message to submit: envelope and the text as it stands. */
export interface Submission {
  readonly from: string
  readonly to: string
  readonly text: string
}

/** An open INBOX in which messages are found by their Message-ID. */
export interface Inbox {
  /** The message as it is stored; `undefined` while it is not there. */
  fetch(id: string): Promise<Buffer | undefined>
  /** Deletes every message with this Message-ID; gives how many there were. */
  remove(id: string): Promise<number>
  close(): Promise<void>
}
