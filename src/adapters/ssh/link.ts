import type { Duplex } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import type { Client, ClientChannel } from 'ssh2'

/** A peer that no longer takes bytes may hold up our goodbye for this long. */
const goodbyeMs = 1_000

/** What a connection rests on: a share of a bastion's connection, given back when this one is over. */
export interface Footing {
  release(): Promise<void>
}

/** One authenticated SSH connection. Whatever happens to it, `lost` tells once and nothing is thrown elsewhere. */
export class Link {
  readonly #client: Client
  readonly #stream: Duplex
  /** Settles when the connection is over, with the first error if there was one. Never rejects. */
  readonly lost: Promise<Error | undefined>
  #over = false
  #footing: Footing | undefined

  constructor(client: Client, stream: Duplex) {
    this.#client = client
    this.#stream = stream
    this.lost = new Promise((resolve) => {
      // The listener stays for good: an `error` without listener ends the process (node-ssh#421).
      // An agent that fails to sign ends nothing: ssh2 goes on with the next way to log in.
      client.on('error', (error: Error & { level?: string }) => {
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

  /** Keeps what the connection rests on until it is over. */
  restsOn(footing: Footing): this {
    this.#footing = footing
    if (this.#over) void footing.release()
    return this
  }

  /** Opens an exec channel: two flights. */
  exec(command: string): Promise<ClientChannel> {
    return this.#channel((done) => this.#client.exec(command, done))
  }

  /** Opens a tunnel to another host, for the next hop. */
  forward(host: string, port: number): Promise<ClientChannel> {
    return this.#channel((done) => this.#client.forwardOut('127.0.0.1', 0, host, port, done))
  }

  /** Says goodbye without waiting for an answer; resolves when our last byte has left. */
  async close(): Promise<void> {
    if (this.#over) return
    const sent = new Promise<void>((resolve) => {
      this.#stream.once('finish', resolve).once('close', resolve)
    })
    this.#client.end()
    const patience = new AbortController()
    await Promise.race([sent, pause(goodbyeMs, undefined, { signal: patience.signal }).catch(() => {})])
    patience.abort()
    this.destroy()
    await this.#footing?.release()
  }

  /** Drops the connection at once. */
  destroy(): void {
    this.#over = true
    this.#stream.destroy()
    void this.#footing?.release()
  }

  #channel(open: (done: (error: Error | undefined, channel: ClientChannel) => void) => void): Promise<ClientChannel> {
    return new Promise((resolve, reject) => {
      void this.lost.then((error) => reject(error ?? new Error('connection closed')))
      open((error, channel) => (error ? reject(error) : resolve(channel)))
    })
  }
}
