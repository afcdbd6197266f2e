import { ImapFlow } from 'imapflow'
import type { Inbox, MailLogin } from '../../model/live.ts'

/** Logs in over IMAP with TLS and opens the INBOX. */
export async function openInbox(login: MailLogin): Promise<Inbox> {
  const client = new ImapFlow({
    host: login.server,
    port: login.port,
    secure: true,
    servername: login.serverName,
    auth: { user: login.user, pass: login.password.reveal() },
    tls: { rejectUnauthorized: login.trusted },
    logger: false,
    connectionTimeout: 15_000,
    greetingTimeout: 15_000,
    socketTimeout: 60_000,
  })
  // Without a listener a connection that breaks later would end the whole process.
  client.on('error', () => {})
  await client.connect()
  await client.mailboxOpen('INBOX')
  const find = async (id: string): Promise<number[]> => {
    await client.noop()
    return (await client.search({ header: { 'message-id': id } }, { uid: true })) || []
  }
  return {
    fetch: async (id) => {
      const uid = (await find(id)).at(-1)
      if (uid === undefined) return undefined
      const message = await client.fetchOne(String(uid), { source: true }, { uid: true })
      return message ? message.source : undefined
    },
    remove: async (id) => {
      const uids = await find(id)
      if (uids.length > 0) await client.messageDelete(uids, { uid: true })
      return uids.length
    },
    close: () => client.logout(),
  }
}
