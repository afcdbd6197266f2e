import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** What a fault proxy does to the bytes that pass. */
export interface Faults {
  /** Cut the connection when this many bytes have gone that way. */
  readonly cutAfter?: { readonly direction: Direction; readonly bytes: number } | undefined
  /** How it is cut: a reset, an orderly end, or silence with the socket open. */
  readonly how?: 'reset' | 'end' | 'stall' | undefined
  /** Reset this many connections at once before letting any through. */
  readonly refuseFirst?: number | undefined
}

/** Up is from the client to the host. */
export type Direction = 'up' | 'down'

/** A TCP proxy on 127.0.0.1 that counts and breaks. */
export class FaultProxy {
  readonly port: number
  accepted = 0
  /** Bytes passed on, over all connections. */
  readonly passed = { up: 0, down: 0 }
  faults: Faults
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(server: Server, faults: Faults) {
    this.#server = server
    this.faults = faults
    this.port = (server.address() as AddressInfo).port
  }

  /** Starts a proxy to a port of this machine. */
  static async start(to: number, faults: Faults = {}): Promise<FaultProxy> {
    const server = createServer({ noDelay: true })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const proxy = new FaultProxy(server, faults)
    server.on('connection', (client) => proxy.#accept(client, to))
    return proxy
  }

  /** Resets every connection. */
  reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  /** Lets no byte pass any more, and keeps the connections open. */
  stall(): void {
    for (const socket of this.#sockets) socket.pause()
  }

  /** Connections that are open now, both sides counted. */
  get open(): number {
    return this.#sockets.size
  }

  async stop(): Promise<void> {
    this.reset()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #accept(client: Socket, to: number): void {
    this.accepted++
    this.#keep(client)
    if (this.accepted <= (this.faults.refuseFirst ?? 0)) {
      client.resetAndDestroy()
      return
    }
    const host = connect({ host: '127.0.0.1', port: to, noDelay: true })
    this.#keep(host)
    this.#pass(client, host, 'up')
    this.#pass(host, client, 'down')
  }

  #pass(from: Socket, to: Socket, direction: Direction): void {
    let count = 0
    from.on('data', (chunk) => {
      const { cutAfter } = this.faults
      const room = cutAfter?.direction === direction ? Math.max(0, cutAfter.bytes - count) : chunk.length
      const part = chunk.subarray(0, room)
      count += part.length
      this.passed[direction] += part.length
      if (part.length > 0) to.write(part)
      if (room < chunk.length) this.#break(from, to)
    })
    from.on('end', () => to.end())
    from.on('close', () => to.destroy())
  }

  #break(from: Socket, to: Socket): void {
    const { how = 'reset' } = this.faults
    for (const socket of [from, to]) {
      if (how === 'reset') socket.resetAndDestroy()
      else if (how === 'end') socket.destroySoon()
      else socket.pause()
    }
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => this.#sockets.delete(socket))
  }
}
