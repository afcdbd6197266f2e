import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'
import type { Handshake, Handshaken } from '../../model/live.ts'
import { readyForTls } from './start-tls.ts'

const timeoutMs = 10_000

/** Makes one TLS handshake and tells what was shown; nothing is trusted or refused here. */
export async function shake(host: string, { port, start, ask }: Handshake): Promise<Handshaken> {
  let socket: Socket | undefined
  try {
    socket = await readyForTls({ host, port, timeoutMs }, start)
    const secure = await encrypted(socket, ask)
    socket = secure
    const peer = secure.getPeerCertificate()
    return {
      certificate: new X509Certificate(peer.raw),
      protocol: secure.getProtocol() ?? 'an unknown protocol',
      distrust: secure.authorized ? undefined : String(secure.authorizationError),
    }
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) }
  } finally {
    socket?.destroy()
  }
}

/** TLS over an open socket; certificates are judged by the caller. */
export async function encrypted(socket: Socket, name: string | undefined): Promise<TLSSocket> {
  // Which name it must be for is not always the one that was asked for; here only the chain decides about trust.
  const own = { rejectUnauthorized: false, checkServerIdentity: () => undefined }
  const secure = connect({ socket, ...own, ...(name === undefined ? {} : { servername: name }) })
  secure.setTimeout(timeoutMs, () => secure.destroy(new Error('no answer in time')))
  await once(secure, 'secureConnect')
  return secure
}
