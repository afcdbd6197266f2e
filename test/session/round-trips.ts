import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** What a counter stands before. */
export interface FlightOptions {
  readonly port: number
  readonly host?: string | undefined
  /** How long a side must say nothing to count as quiet: longer than it ever computes, far shorter than a keepalive. */
  readonly quietMs?: number | undefined
}

/**
 * Counts network round trips: a proxy that takes turns. It passes on what the client sends until the client has been quiet for a
 * while, then what the server sends until that is quiet, and so on. What either side sends out of turn waits. So every
 * client turn is one round trip of a real line, whatever the machine's speed, and the count is the latency budget.
 */
export class RoundTripCounter {
  readonly port: number
  /** Client turns in which at least one byte was sent. */
  roundTrips = 0
  /** Bytes of each client turn, for finding out what a round trip was. */
  readonly sizes: number[] = []
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(server: Server) {
    this.#server = server
    this.port = (server.address() as AddressInfo).port
  }

  /** Starts a counter before a host. */
  static async start({ port, host = '127.0.0.1', quietMs = 25 }: FlightOptions): Promise<RoundTripCounter> {
    const server = createServer({ noDelay: true })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const counter = new RoundTripCounter(server)
    server.on('connection', (client) => {
      counter.#accept(client, connect({ host, port, noDelay: true }), quietMs)
    })
    return counter
  }

  /** Begins a new count. */
  restart(): void {
    this.roundTrips = 0
    this.sizes.length = 0
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #accept(client: Socket, host: Socket, quietMs: number): void {
    for (const socket of [client, host]) {
      this.#sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => this.#sockets.delete(socket))
    }
    new Turns({ client, host, quietMs }, (bytes) => {
      this.roundTrips++
      this.sizes.push(bytes)
    })
  }
}

/** One side's bytes that wait for its turn. */
interface Side {
  readonly waiting: Buffer[]
  readonly to: Socket
  ended: boolean
}

/** The two ends of one connection. */
interface Pair {
  readonly client: Socket
  readonly host: Socket
  readonly quietMs: number
}

/** Takes turns between two sockets. */
class Turns {
  readonly #client: Side
  readonly #host: Side
  readonly #count: (bytes: number) => void
  readonly #quietMs: number
  #turn: Side
  #sent = 0
  #timer: NodeJS.Timeout | undefined

  constructor({ client, host, quietMs }: Pair, count: (bytes: number) => void) {
    this.#quietMs = quietMs
    this.#client = { waiting: [], to: host, ended: false }
    this.#host = { waiting: [], to: client, ended: false }
    this.#count = count
    this.#turn = this.#client
    this.#listen(client, this.#client)
    this.#listen(host, this.#host)
  }

  #listen(socket: Socket, side: Side): void {
    socket.on('data', (chunk) => {
      side.waiting.push(chunk)
      this.#go(side)
    })
    socket.on('end', () => {
      side.ended = true
      this.#go(side)
    })
    socket.on('close', () => this.#finish())
  }

  /** Bytes have come: they pass if it is their turn or if the other side is quiet. */
  #go(side: Side): void {
    if (side !== this.#turn && this.#timer === undefined) this.#change()
    if (side === this.#turn) this.#pass()
  }

  #pass(): void {
    const side = this.#turn
    for (const chunk of side.waiting.splice(0)) {
      side.to.write(chunk)
      this.#sent += chunk.length
    }
    if (side.ended) side.to.end()
    clearTimeout(this.#timer)
    // On a busy machine the timer may be due while bytes lie unread: the sockets are looked at once more before it counts.
    const timer = setTimeout(() => setImmediate(() => this.#timer === timer && this.#quiet()), this.#quietMs)
    this.#timer = timer
  }

  #quiet(): void {
    this.#timer = undefined
    const other = this.#other()
    if (other.waiting.length === 0 && !other.ended) return
    this.#change()
    this.#pass()
  }

  #change(): void {
    this.#closeTurn()
    this.#turn = this.#other()
  }

  #closeTurn(): void {
    if (this.#turn === this.#client && this.#sent > 0) this.#count(this.#sent)
    this.#sent = 0
  }

  #other(): Side {
    return this.#turn === this.#client ? this.#host : this.#client
  }

  /** A socket has closed: what waits is passed on, and counted. */
  #finish(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#client.waiting.length > 0 && this.#turn !== this.#client) this.#change()
    this.#drain(this.#client)
    this.#drain(this.#host)
    this.#closeTurn()
  }

  #drain(side: Side): void {
    for (const chunk of side.waiting.splice(0)) {
      side.to.write(chunk)
      if (side === this.#client) this.#sent += chunk.length
    }
    side.to.end()
  }
}
