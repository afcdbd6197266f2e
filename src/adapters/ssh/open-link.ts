import type { Duplex } from 'node:stream'
import { Authentication } from './authenticate.ts'
import type { Bastions } from './bastions.ts'
import { dial } from './dial.ts'
import { interrupted } from './failure.ts'
import { HostKeyCheck } from './host-key.ts'
import { readIdentities } from './identities.ts'
import { noPassage, onTheWay } from './jump.ts'
import { readKnownHosts } from './known-hosts.ts'
import { orAbort } from './limit.ts'
import type { Link } from './link.ts'
import { login } from './login.ts'
import { type Patience, withPatience } from './patience.ts'
import { runProxyCommand } from './proxy-command.ts'
import { withRetry } from './retry.ts'
import type { Ask, Target } from './target.ts'

/** What the connections of one chain have in common. */
export interface LinkContext {
  readonly bastions: Bastions
  readonly keepaliveMs: number
  readonly retryWaitMs: number
  readonly ask?: Ask | undefined
  readonly signal?: AbortSignal | undefined
}

/** Bytes to the host, and what stands behind them. */
interface Way {
  readonly stream: Duplex
  readonly lastWords?: Promise<string> | undefined
}

/** Connects and logs in to the last host of a chain, over the ones before it; tries again only while nobody has said who they are. */
export async function openLink(chain: readonly Target[], context: LinkContext): Promise<Link> {
  const target = chain.at(-1)
  if (!target) throw new TypeError('a chain has at least one host')
  const before = chain.slice(0, -1)
  const [keys, identities] = await Promise.all([
    readKnownHosts(target.name, target.knownHosts),
    readIdentities(target.identities),
  ])
  const enter: Enter = (open) =>
    withPatience(target, context.signal, async (patience) => {
      const way = await open(patience)
      const authentication = new Authentication(target, context.ask && patience.whileAsking(context.ask))
      const hostKey = new HostKeyCheck(target, keys)
      return login({ target, ...way, hostKey, authentication, identities, keepaliveMs: context.keepaliveMs, patience })
    })
  const attempt = () =>
    before.length > 0 ? overBastion(target, before, context, enter) : enter((patience) => straight(target, patience))
  return withRetry(attempt, { again: 2, waitMs: context.retryWaitMs, signal: context.signal })
}

/** Logs in over a way that is opened under the same time limit. */
type Enter = (open: (patience: Patience) => Promise<Way>) => Promise<Link>

async function straight(target: Target, patience: Patience): Promise<Way> {
  const { route } = target
  return route.by === 'command' ? runProxyCommand(route.command) : { stream: await dial(target, patience) }
}

async function overBastion(
  target: Target,
  before: readonly Target[],
  context: LinkContext,
  enter: Enter,
): Promise<Link> {
  const { bastions, signal } = context
  const key = JSON.stringify(before.map(({ user, host, port, identities }) => [user, host, port, identities.files]))
  // The connection is shared: one host's abort must not take it from the others, so it is opened without our signal.
  const leasing = bastions
    .lease(key, () => openLink(before, { ...context, signal: undefined }))
    .catch((error: unknown) => Promise.reject(onTheWay(target, error)))
  try {
    const lease = await orAbort(signal, leasing)
    const tunnel = async (patience: Patience) => ({ stream: await forward(target, before, lease.link, patience) })
    const link = await bastions.handshake(key, () => enter(tunnel))
    return link.restsOn(lease)
  } catch (error) {
    leasing.then((lease) => lease.release()).catch(() => {})
    if (signal?.aborted) throw interrupted(target.name)
    throw error
  }
}

async function forward(target: Target, before: readonly Target[], link: Link, patience: Patience): Promise<Duplex> {
  try {
    return await orAbort(patience.signal, link.forward(target.host, target.port))
  } catch (error) {
    patience.signal.throwIfAborted()
    throw noPassage(target, before.at(-1) ?? target, error)
  }
}
