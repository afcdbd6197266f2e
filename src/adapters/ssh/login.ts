import type { Duplex } from 'node:stream'
import { NodeSSH } from 'node-ssh'
import type { OrchestrateError } from '../../kernel/errors.ts'
import type { Authentication } from './authenticate.ts'
import { failure, wordsOf } from './failure.ts'
import type { HostKeyCheck } from './host-key.ts'
import type { Identity } from './identities.ts'
import { orAbort } from './limit.ts'
import { Link } from './link.ts'
import type { Patience } from './patience.ts'
import { Passing } from './retry.ts'
import { destination, sshCommand, type Target } from './target.ts'

/** What a login needs. */
export interface LoginRequest {
  readonly target: Target
  readonly stream: Duplex
  readonly hostKey: HostKeyCheck
  readonly authentication: Authentication
  readonly identities: readonly Identity[]
  readonly keepaliveMs: number
  readonly patience: Patience
  /** What the program behind the stream has to say, if there is one. */
  readonly lastWords?: Promise<string> | undefined
}

/**
 * Handshake and login over a stream of ours: the only place that uses node-ssh. Its guard rails: our own `error` listener
 * from the first moment on, always a `hostVerifier`, host key algorithms limited to the known ones, our own authHandler.
 * Its exec helpers are not used: they trim, decode chunk by chunk, and resolve when a connection is lost.
 */
export async function login(request: LoginRequest): Promise<Link> {
  const { target, stream, hostKey, authentication, identities, keepaliveMs, patience } = request
  patience.stage = 'handshake'
  const ssh = new NodeSSH()
  const connecting = ssh.connect({
    sock: stream,
    host: target.host,
    username: target.user,
    hostVerifier: hostKey.verify,
    algorithms: { serverHostKey: hostKey.algorithms },
    authHandler: authentication.handler(identities),
    readyTimeout: 0,
    keepaliveInterval: keepaliveMs,
    keepaliveCountMax: 3,
  })
  // Our own listeners hear the same news, so that node-ssh's promise is only an echo.
  connecting.catch(() => {})
  const client = ssh.connection
  if (!client) throw new Error('node-ssh did not begin to connect')
  client.on('handshake', () => {
    patience.stage = 'login'
  })
  const link = new Link(client, stream)
  const ready = new Promise<void>((resolve, reject) => {
    client.on('ready', resolve)
    client.on('change password', () => reject(expiredPassword(target)))
    void link.lost.then(async (error) => reject(explain(error, request, await request.lastWords)))
  })
  try {
    await orAbort(patience.signal, ready)
    return link
  } catch (error) {
    link.destroy()
    throw error
  }
}

/** ssh2 says where an error comes from. */
type LevelledError = Error & { readonly level?: string }

/** Why a connection ended before anybody was logged in. */
function explain(cause: LevelledError | undefined, request: LoginRequest, lastWords?: string): OrchestrateError {
  const { target, hostKey, authentication, patience } = request
  if (hostKey.refusal) return hostKey.refusal
  const words = [cause ? wordsOf(cause) : 'the host closed the connection', lastWords].filter(Boolean).join(': ')
  if (/no matching host key format/i.test(words)) return hostKey.otherType(cause)
  const refused = cause?.level === 'client-authentication' || /too many authentication failures/i.test(words)
  if (refused) return authentication.refusal(cause)
  const early = patience.stage === 'handshake' && cause?.level !== 'handshake'
  return failure({
    code: 'E_CONNECT',
    host: target.name,
    message: `${patience.stage} with ${destination(target)} failed: ${words}`,
    hint: `See where it ends: ${sshCommand(target, '-v')}`,
    cause: early ? new Passing(words, { cause }) : cause,
  })
}

function expiredPassword(target: Target): OrchestrateError {
  const message = `the password of ${destination(target)} has expired`
  return failure({
    code: 'E_AUTH',
    host: target.name,
    message,
    hint: `Log in and set a new one: ${sshCommand(target)}`,
  })
}
