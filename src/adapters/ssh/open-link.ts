import type { Duplex } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import PQueue from 'p-queue'
import { OrchestrateError } from '../../kernel/errors.ts'
import { messageOf } from '../system-error.ts'
import { Authentication } from './authenticate.ts'
import { dial, TransientFailure, type Transport } from './dial.ts'
import { interrupted, sshError } from './errors.ts'
import { HostKeyCheck, readKnownHosts } from './host-keys.ts'
import { readKeyFiles } from './keys.ts'
import { type Lease, type Link, login } from './link.ts'
import type { Ask, SshTarget } from './target.ts'
import { type ConnectLimit, orAbort, withConnectLimit } from './time-limit.ts'

/** What the connections of one chain have in common. */
export interface LinkContext {
  readonly bastions: BastionPool
  readonly keepaliveMs: number
  readonly retryWaitMs: number
  readonly ask?: Ask | undefined
  readonly signal?: AbortSignal | undefined
}

/** Connects and logs in to the last host of a chain, through the ones before it. */
export async function openLink(chain: readonly SshTarget[], context: LinkContext): Promise<Link> {
  const target = chain.at(-1)
  if (!target) throw new TypeError('a chain has at least one host')
  const before = chain.slice(0, -1)
  const [keys, keyFiles] = await Promise.all([
    readKnownHosts(target.name, target.knownHosts),
    readKeyFiles(target.keys),
  ])
  const logInOver: LogInOver = (open) =>
    withConnectLimit(target, context.signal, async (limit) => {
      const transport = await open(limit)
      const authentication = new Authentication(target, context.ask && limit.pausedWhile(context.ask))
      const hostKey = new HostKeyCheck(target, keys)
      return login({ target, transport, hostKey, authentication, keyFiles, keepaliveMs: context.keepaliveMs, limit })
    })
  const attempt = () =>
    before.length > 0 ? throughBastion(target, before, context, logInOver) : logInOver((limit) => dial(target, limit))
  return retried(attempt, context)
}

/** Opens a transport and logs in over it, both under one time limit. */
type LogInOver = (open: (limit: ConnectLimit) => Promise<Transport>) => Promise<Link>

const mostAttempts = 3

/** Repeats an attempt whose failure is transient. Logins, host key checks and commands are never repeated. */
async function retried(attempt: () => Promise<Link>, { retryWaitMs, signal }: LinkContext): Promise<Link> {
  for (let tried = 1; ; tried++) {
    try {
      return await attempt()
    } catch (error) {
      const transient = OrchestrateError.is(error) && error.cause instanceof TransientFailure
      if (tried === mostAttempts || !transient) throw error
      // An abort ends the wait; the next attempt then throws the error for it.
      await pause(retryWaitMs * tried * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => {})
    }
  }
}

async function throughBastion(
  target: SshTarget,
  before: readonly SshTarget[],
  context: LinkContext,
  logInOver: LogInOver,
): Promise<Link> {
  const { bastions, signal } = context
  const key = JSON.stringify(before.map(({ user, host, port, keys }) => [user, host, port, keys.files]))
  // The connection is shared: one host's abort must not take it from the others, so it is opened without our signal.
  const leasing = bastions
    .lease(key, () => openLink(before, { ...context, signal: undefined }))
    .catch((error: unknown) => Promise.reject(onTheWay(target, error)))
  try {
    const lease = await orAbort(signal, leasing)
    const tunnel = async (limit: ConnectLimit) => ({ stream: await forward(target, before, lease.link, limit) })
    const link = await bastions.handshake(key, () => logInOver(tunnel))
    return link.holding(lease)
  } catch (error) {
    leasing.then((lease) => lease.release()).catch(() => {})
    if (signal?.aborted) throw interrupted(target.name)
    throw error
  }
}

async function forward(
  target: SshTarget,
  before: readonly SshTarget[],
  link: Link,
  limit: ConnectLimit,
): Promise<Duplex> {
  try {
    return await orAbort(limit.signal, link.forward(target.host, target.port))
  } catch (error) {
    limit.signal.throwIfAborted()
    throw tunnelRefused(target, before.at(-1) ?? target, error)
  }
}

/** A failure of a bastion as the error of the host that cannot be reached because of it. */
function onTheWay(target: SshTarget, error: unknown): unknown {
  if (!OrchestrateError.is(error)) return error
  const { message, code, exit, hint } = error
  return new OrchestrateError(`${target.name}: on the way over ${message}`, {
    code,
    exit,
    hint,
    host: target.name,
    cause: error,
  })
}

function tunnelRefused(target: SshTarget, bastion: SshTarget, cause: unknown): Error {
  const message = `${bastion.host} does not pass us on to ${target.host}:${target.port}: ${messageOf(cause)}`
  const hint = `Try it from there: ssh -J ${bastion.user}@${bastion.host}:${bastion.port} -p ${target.port} ${target.user}@${target.host}`
  return sshError({ code: 'E_CONNECT', host: target.name, message, hint, cause })
}

/** sshd allows ten sessions per connection by default (sshd_config(5), MaxSessions); we stay below. */
const channelsPerConnection = 8
/** sshd begins to drop unauthenticated connections at ten (sshd_config(5), MaxStartups). */
const simultaneousHandshakes = 8

/** A share of a bastion's connection; the last one that is released closes the connection. */
export interface BastionLease extends Lease {
  readonly link: Link
}

/** One connection to a bastion and how many tunnels run through it. */
interface SharedConnection {
  readonly link: Promise<Link>
  channels: number
}

/** Connections to bastions, shared by all sessions that go through the same one. */
export class BastionPool {
  readonly #shared = new Map<string, SharedConnection[]>()
  readonly #handshakes = new Map<string, PQueue>()

  /** A share of the connection named by `key`; `open` makes a new one when all present ones are full. */
  async lease(key: string, open: () => Promise<Link>): Promise<BastionLease> {
    const present = this.#shared.get(key) ?? []
    const shared = present.find(({ channels }) => channels < channelsPerConnection) ?? this.#open(key, open)
    shared.channels++
    let released: Promise<void> | undefined
    const release = () => (released ??= this.#release(key, shared))
    try {
      return { link: await shared.link, release }
    } catch (error) {
      await release()
      throw error
    }
  }

  /** Runs a handshake through a bastion, at most eight at a time. */
  async handshake<T>(key: string, run: () => Promise<T>): Promise<T> {
    const queue = this.#handshakes.get(key) ?? new PQueue({ concurrency: simultaneousHandshakes })
    this.#handshakes.set(key, queue)
    return queue.add(run)
  }

  #open(key: string, open: () => Promise<Link>): SharedConnection {
    const shared: SharedConnection = { link: open(), channels: 0 }
    this.#shared.set(key, [...(this.#shared.get(key) ?? []), shared])
    const forget = () => this.#forget(key, shared)
    shared.link.then((link) => link.lost.then(forget), forget)
    return shared
  }

  async #release(key: string, shared: SharedConnection): Promise<void> {
    shared.channels--
    if (shared.channels > 0) return
    this.#forget(key, shared)
    const link = await shared.link.catch(() => undefined)
    await link?.close()
  }

  #forget(key: string, shared: SharedConnection): void {
    const others = (this.#shared.get(key) ?? []).filter((other) => other !== shared)
    if (others.length > 0) this.#shared.set(key, others)
    else this.#shared.delete(key)
  }
}
