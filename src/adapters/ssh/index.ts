import type { Session } from '../../model/session.ts'
import { openShell } from './elevate.ts'
import { BastionPool, openLink } from './open-link.ts'
import { type LocalUser, type NamedConnection, resolveChain, thisUser } from './resolve.ts'
import { SshSession } from './session.ts'
import type { Ask } from './target.ts'

export { BastionPool } from './open-link.ts'
export type { NamedConnection } from './resolve.ts'
export type { Ask } from './target.ts'

/** What a caller may set; everything has a default. */
export interface ConnectOptions {
  readonly signal?: AbortSignal | undefined
  /** Asks the operator for a passphrase or password that is not configured. Without it nothing is ever asked. */
  readonly ask?: Ask | undefined
  /** Whose ssh config, keys and environment are used; by default those of the user who runs this process. */
  readonly localUser?: LocalUser | undefined
  /** Folder on the host for blobs; only root reads it. */
  readonly blobFolder?: string | undefined
  /** Time between keepalives; the third that is not answered ends the connection. */
  readonly keepaliveMs?: number | undefined
  /** The unit of the wait before connecting again. */
  readonly retryWaitMs?: number | undefined
  /** Shared connections to bastions; by default one pool for the whole process. */
  readonly bastions?: BastionPool | undefined
}

const processWide = new BastionPool()

/** Connects to a host, logs in and opens its root shell. The caller owns the session and closes it. */
export async function connect(connection: NamedConnection, options: ConnectOptions = {}): Promise<Session> {
  const { signal, ask, blobFolder = '/var/lib/orchestrate/blobs' } = options
  const { localUser = thisUser(), bastions = processWide, keepaliveMs = 15_000, retryWaitMs = 500 } = options
  const chain = await resolveChain(connection, localUser)
  const [target] = chain.slice(-1)
  if (!target) throw new TypeError('a chain has at least one host')
  const link = await openLink(chain, { bastions, keepaliveMs, retryWaitMs, ask, signal })
  const request = { link, target, sudoPassword: connection.sudoPassword, ask, blobFolder, signal }
  return new SshSession(await openShell(request), request)
}
