import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { isIPv6, Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import packet, { type DecodedPacket, type Packet, type RecordType } from 'dns-packet'

/** A name server and how long it may take. */
export interface NameServer {
  readonly address: string
  readonly port?: number | undefined
  readonly timeoutMs?: number | undefined
}

const defaultTimeout = 3_000

/** Asks one server one question: over UDP, again if it is silent, over TCP if the answer was cut. */
export async function ask(
  name: string,
  type: RecordType,
  server: NameServer,
  recursive = false,
): Promise<DecodedPacket> {
  const query = request(name, type, recursive)
  const answer = await overUdp(query, server).catch(() => overUdp(query, server))
  return answer.flag_tc ? overTcp(query, server) : answer
}

function request(name: string, type: RecordType, recursive: boolean): Packet {
  return {
    type: 'query',
    id: randomInt(1, 65_535),
    flags: recursive ? packet.RECURSION_DESIRED : 0,
    questions: [{ type, name }],
    // Without EDNS a 2048-bit key would always need TCP (RFC 6891).
    additionals: [{ type: 'OPT', name: '.', udpPayloadSize: 1232, flags: 0, options: [] } as never],
  }
}

function overUdp(
  query: Packet,
  { address, port = 53, timeoutMs = defaultTimeout }: NameServer,
): Promise<DecodedPacket> {
  const { promise, resolve, reject } = Promise.withResolvers<DecodedPacket>()
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
  const timer = setTimeout(() => reject(new Error(`no answer from ${address}`)), timeoutMs)
  socket.on('message', (bytes, from) => {
    if (from.address !== address) return
    const answer = decoded(bytes)
    if (answer && answer.id === query.id) resolve(answer)
  })
  socket.on('error', reject)
  socket.send(packet.encode(query), port, address, (error) => error && reject(error))
  return promise.finally(() => {
    clearTimeout(timer)
    socket.close()
  })
}

async function overTcp(
  query: Packet,
  { address, port = 53, timeoutMs = defaultTimeout }: NameServer,
): Promise<DecodedPacket> {
  const socket = new Socket()
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no answer from ${address} over TCP`)))
  socket.connect({ host: address, port })
  socket.end(packet.streamEncode(query))
  const bytes = await buffer(socket)
  // Two octets of length come first (RFC 1035, 4.2.2).
  return packet.decode(bytes.subarray(2)) as DecodedPacket
}

// Anyone can send us a datagram; one that is no DNS message is nobody's answer.
function decoded(bytes: Buffer): DecodedPacket | undefined {
  try {
    return packet.decode(bytes) as DecodedPacket
  } catch {
    return undefined
  }
}
