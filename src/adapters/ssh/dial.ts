import { connect, type Socket } from 'node:net'
import { failure, systemCode, wordsOf } from './failure.ts'
import { orAbort } from './limit.ts'
import type { Patience } from './patience.ts'
import { Passing } from './retry.ts'
import { destination, type Target } from './target.ts'

/**
 * Opens a TCP connection to the host. The socket is ours so that Nagle's algorithm is off before the first byte:
 * ssh2 leaves it on, which makes a handshake four times as long.
 */
export async function dial(target: Target, patience: Patience): Promise<Socket> {
  const socket = connect({ host: target.host, port: target.port, noDelay: true })
  const opened = new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve).once('error', reject)
  })
  try {
    await orAbort(patience.signal, opened)
    return socket
  } catch (error) {
    socket.on('error', () => {}).destroy()
    patience.signal.throwIfAborted()
    throw refused(target, error)
  }
}

function refused(target: Target, error: unknown): Error {
  const code = systemCode(error)
  const unknown = code === 'ENOTFOUND' || code === 'EAI_AGAIN'
  const reason = unknown ? `no address found for "${target.host}"` : (reasons[code ?? ''] ?? wordsOf(error))
  const port = target.port === 22 ? '' : `-p ${target.port} `
  return failure({
    code: 'E_CONNECT',
    host: target.name,
    message: `cannot connect to ${destination(target)}: ${reason}`,
    hint: unknown
      ? `Check the name: getent hosts ${target.host}`
      : `Check that sshd answers: ssh-keyscan ${port}${target.host}`,
    cause: code === 'ENOTFOUND' ? error : new Passing(wordsOf(error), { cause: error }),
  })
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  ETIMEDOUT: 'no answer',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
}
