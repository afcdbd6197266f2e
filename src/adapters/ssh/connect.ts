import type { Session } from '../../model/session.ts'
import { Bastions } from './bastions.ts'
import { resolveChain } from './jump.ts'
import { openLink } from './open-link.ts'
import { openShell } from './open-shell.ts'
import { type NamedConnection, ownSurroundings, type Surroundings } from './resolve.ts'
import { SshSession } from './session.ts'
import type { Ask } from './target.ts'

/** What a caller may set; all has a default. */
export interface ConnectOptions {
  readonly signal?: AbortSignal | undefined
  /** Asks a person for a passphrase or password that is not configured. Without it nothing is ever asked. */
  readonly ask?: Ask | undefined
  /** Whose home and environment are meant; this process's by default. */
  readonly surroundings?: Surroundings | undefined
  /** Folder on the host for blobs; only root reads it. */
  readonly blobFolder?: string | undefined
  /** Time between keepalives; the third that stays unanswered ends the connection. */
  readonly keepaliveMs?: number | undefined
  /** The unit of the wait before connecting again. */
  readonly retryWaitMs?: number | undefined
  /** Shared connections to bastions; one pool for the whole process by default. */
  readonly bastions?: Bastions | undefined
}

const processWide = new Bastions()

/** Connects to a host, logs in and opens its root shell. The session belongs to the caller, who closes it. */
export async function connect(connection: NamedConnection, options: ConnectOptions = {}): Promise<Session> {
  const { signal, ask, blobFolder = '/var/lib/orchestrate/blobs' } = options
  const { surroundings = ownSurroundings(), bastions = processWide, keepaliveMs = 15_000, retryWaitMs = 500 } = options
  const chain = await resolveChain(connection, surroundings)
  const [target] = chain.slice(-1)
  if (!target) throw new TypeError('a chain has at least one host')
  const link = await openLink(chain, { bastions, keepaliveMs, retryWaitMs, ask, signal })
  const request = { link, target, sudoPassword: connection.sudoPassword, ask, blobFolder, signal }
  return new SshSession(await openShell(request), request)
}
