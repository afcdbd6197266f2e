import { createTransport } from 'nodemailer'
import type { Secret } from '../../kernel/secret.ts'
import type { ProbeMessage } from '../../mail/checks/message.ts'

/** An account at a server: who, where, and whether the server's certificate must be trusted. */
export interface Account {
  readonly host: string
  readonly port: number
  /** The name in the certificate. */
  readonly serverName: string
  readonly user: string
  readonly password: Secret
  readonly trusted: boolean
}

/** Submits a message as it stands; gives the server's answer. */
export async function submit(account: Account, { from, to, text }: ProbeMessage): Promise<string> {
  const transport = createTransport({
    host: account.host,
    port: account.port,
    secure: account.port === 465,
    requireTLS: true,
    name: 'verify.invalid',
    auth: { user: account.user, pass: account.password.reveal() },
    tls: { servername: account.serverName, rejectUnauthorized: account.trusted },
    connectionTimeout: 15_000,
    greetingTimeout: 15_000,
    socketTimeout: 30_000,
  })
  try {
    const { response } = await transport.sendMail({ envelope: { from, to: [to] }, raw: text })
    return response
  } finally {
    transport.close()
  }
}
