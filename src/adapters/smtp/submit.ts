import { createTransport } from 'nodemailer'
import type { MailLogin, Submission } from '../../model/live.ts'

/** Submits a message as it stands; gives the server's answer. */
export async function submit(login: MailLogin, { from, to, text }: Submission): Promise<string> {
  const transport = createTransport({
    host: login.server,
    port: login.port,
    secure: login.port === 465,
    requireTLS: true,
    name: 'verify.invalid',
    auth: { user: login.user, pass: login.password.reveal() },
    tls: { servername: login.serverName, rejectUnauthorized: login.trusted },
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
