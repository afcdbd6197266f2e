import { ImapFlow } from 'imapflow'
import type { Account } from '../smtp/submit.ts'

/** An open mailbox on which messages of ours are looked for and deleted. */
export interface OpenMailbox {
  /** The message with this Message-ID from any folder's INBOX, as it is stored; `undefined` if it is not there yet. */
  fetch(id: string): Promise<Buffer | undefined>
  /** Deletes every message with this Message-ID; gives how many there were. */
  remove(id: string): Promise<number>
  close(): Promise<void>
}

/** Logs in over IMAP with TLS and opens the INBOX. */
export async function openMailbox(account: Account): Promise<OpenMailbox> {
  const client = new ImapFlow({
    host: account.host,
    port: account.port,
    secure: true,
    servername: account.serverName,
    auth: { user: account.user, pass: account.password.reveal() },
    tls: { rejectUnauthorized: account.trusted },
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
