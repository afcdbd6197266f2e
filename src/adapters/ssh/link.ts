import type { Duplex } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { NodeSSH } from 'node-ssh'
import type { Client, ClientChannel } from 'ssh2'
import type { OrchestrateError } from '../../kernel/errors.ts'
import { messageOf } from '../system-error.ts'
import type { Authentication } from './authenticate.ts'
import { TransientFailure, type Transport } from './dial.ts'
import { sshError } from './errors.ts'
import type { HostKeyCheck } from './host-keys.ts'
import type { KeyFile } from './keys.ts'
import { destination, type SshTarget, sshCommand } from './target.ts'
import { type ConnectLimit, orAbort } from './time-limit.ts'

/** What a login needs. */
export interface LoginRequest {
  readonly target: SshTarget
  readonly transport: Transport
  readonly hostKey: HostKeyCheck
  readonly authentication: Authentication
  readonly keyFiles: readonly KeyFile[]
  readonly keepaliveMs: number
  readonly limit: ConnectLimit
}

/**
 * Handshake and login over a stream of ours: the only place that uses node-ssh. We always have an `error` listener of our own,
 * a `hostVerifier`, host key algorithms limited to the known ones, and our own authHandler. Its exec helpers are not used:
 * they trim, decode chunk by chunk, and resolve when a connection is lost.
 */
export async function login(request: LoginRequest): Promise<Link> {
  const { target, transport, hostKey, authentication, keyFiles, keepaliveMs, limit } = request
  limit.stage = 'handshake'
  const ssh = new NodeSSH()
  const connecting = ssh.connect({
    sock: transport.stream,
    host: target.host,
    username: target.user,
    hostVerifier: hostKey.verify,
    algorithms: { serverHostKey: hostKey.algorithms },
    authHandler: authentication.handler(keyFiles),
    readyTimeout: 0,
    keepaliveInterval: keepaliveMs,
    keepaliveCountMax: 3,
  })
  // Our own listeners receive the same events as node-ssh's promise.
  connecting.catch(() => {})
  const client = ssh.connection
  if (!client) throw new Error('node-ssh did not begin to connect')
  client.on('handshake', () => {
    limit.stage = 'login'
  })
  const link = new Link(client, transport.stream)
  const ready = new Promise<void>((resolve, reject) => {
    client.on('ready', resolve)
    client.on('change password', () => reject(expiredPassword(target)))
    void link.lost.then(async (error) => reject(loginError(error, request, await transport.commandStderr)))
  })
  try {
    await orAbort(limit.signal, ready)
    return link
  } catch (error) {
    link.destroy()
    throw error
  }
}

/** ssh2 says at which level an error occurred. */
type LevelledError = Error & { readonly level?: string }

/** Why a connection ended before the login. */
function loginError(cause: LevelledError | undefined, request: LoginRequest, commandStderr?: string): OrchestrateError {
  const { target, hostKey, authentication, limit } = request
  if (hostKey.refusal) return hostKey.refusal
  const reason = [cause ? messageOf(cause) : 'the host closed the connection', commandStderr].filter(Boolean).join(': ')
  if (/no matching host key format/i.test(reason)) return hostKey.otherType(cause)
  const refused = cause?.level === 'client-authentication' || /too many authentication failures/i.test(reason)
  if (refused) return authentication.refusal(cause)
  const beforeHandshake = limit.stage === 'handshake' && cause?.level !== 'handshake'
  return sshError({
    code: 'E_CONNECT',
    host: target.name,
    message: `${limit.stage} with ${destination(target)} failed: ${reason}`,
    hint: `See where it ends:\n${sshCommand(target, '-v')}`,
    cause: beforeHandshake ? new TransientFailure(reason, { cause }) : cause,
  })
}

function expiredPassword(target: SshTarget): OrchestrateError {
  return sshError({
    code: 'E_AUTH',
    host: target.name,
    message: `the password of ${destination(target)} has expired`,
    hint: `Log in and set a new one:\n${sshCommand(target)}`,
  })
}

/** How long closing waits for a host that takes no more bytes. */
const closeMs = 1_000

/** What a connection uses and gives back when it is over: a share of a bastion's connection. */
export interface Lease {
  release(): Promise<void>
}

/** One authenticated SSH connection. Its end, for whatever reason, settles `lost` once and throws nothing anywhere else. */
export class Link {
  readonly #client: Client
  readonly #stream: Duplex
  /** Settles when the connection is over, with the first error if there was one. Never rejects. */
  readonly lost: Promise<Error | undefined>
  #over = false
  #lease: Lease | undefined

  constructor(client: Client, stream: Duplex) {
    this.#client = client
    this.#stream = stream
    this.lost = new Promise((resolve) => {
      // The listener is never removed: an `error` event without listener ends the process (node-ssh#421).
      // An agent that fails to sign does not end the connection: ssh2 goes on with the next method.
      client.on('error', (error: LevelledError) => {
        if (error.level !== 'agent') resolve(error)
      })
      client.on('close', () => resolve(undefined))
    })
    void this.lost.then(() => this.destroy())
  }

  /** Whether the connection is over. */
  get over(): boolean {
    return this.#over
  }

  /** Keeps a lease until the connection is over. */
  holding(lease: Lease): this {
    this.#lease = lease
    if (this.#over) void lease.release()
    return this
  }

  /** Opens an exec channel: two round trips. */
  exec(command: string): Promise<ClientChannel> {
    return this.#channel((done) => this.#client.exec(command, done))
  }

  /** Opens a tunnel to another host, for the next hop. */
  forward(host: string, port: number): Promise<ClientChannel> {
    return this.#channel((done) => this.#client.forwardOut('127.0.0.1', 0, host, port, done))
  }

  /** Disconnects without waiting for an answer; resolves when our last byte has been sent. */
  async close(): Promise<void> {
    if (this.#over) return
    const sent = new Promise<void>((resolve) => {
      this.#stream.once('finish', resolve).once('close', resolve)
    })
    this.#client.end()
    const waiting = new AbortController()
    await Promise.race([sent, pause(closeMs, undefined, { signal: waiting.signal }).catch(() => {})])
    waiting.abort()
    this.destroy()
    await this.#lease?.release()
  }

  /** Drops the connection at once. */
  destroy(): void {
    this.#over = true
    this.#stream.destroy()
    void this.#lease?.release()
  }

  #channel(open: (done: (error: Error | undefined, channel: ClientChannel) => void) => void): Promise<ClientChannel> {
    return new Promise((resolve, reject) => {
      void this.lost.then((error) => reject(error ?? new Error('connection closed')))
      open((error, channel) => (error ? reject(error) : resolve(channel)))
    })
  }
}
