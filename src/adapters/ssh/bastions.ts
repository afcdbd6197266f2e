import PQueue from 'p-queue'
import type { Link } from './link.ts'

/** sshd allows ten sessions a connection by default (sshd_config(5), MaxSessions); we stay below. */
const channelsPerConnection = 8
/** sshd begins to drop unauthenticated connections at ten (sshd_config(5), MaxStartups). */
const simultaneousHandshakes = 8

/** A share of a bastion's connection; the last one to give its share back closes the connection. */
export interface Lease {
  readonly link: Link
  release(): Promise<void>
}

/** One connection to a bastion and how many tunnels run through it. */
interface Shared {
  readonly link: Promise<Link>
  channels: number
}

/** Connections to bastions, shared by all sessions that go through the same one. */
export class Bastions {
  readonly #shared = new Map<string, Shared[]>()
  readonly #handshakes = new Map<string, PQueue>()

  /** A share of the connection named by `key`, which `open` makes when all present ones are full. */
  async lease(key: string, open: () => Promise<Link>): Promise<Lease> {
    const present = this.#shared.get(key) ?? []
    const shared = present.find(({ channels }) => channels < channelsPerConnection) ?? this.#open(key, open)
    shared.channels++
    let released: Promise<void> | undefined
    const release = () => (released ??= this.#giveBack(key, shared))
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

  #open(key: string, open: () => Promise<Link>): Shared {
    const shared: Shared = { link: open(), channels: 0 }
    this.#shared.set(key, [...(this.#shared.get(key) ?? []), shared])
    const forget = () => this.#forget(key, shared)
    shared.link.then((link) => link.lost.then(forget), forget)
    return shared
  }

  async #giveBack(key: string, shared: Shared): Promise<void> {
    shared.channels--
    if (shared.channels > 0) return
    this.#forget(key, shared)
    const link = await shared.link.catch(() => undefined)
    await link?.close()
  }

  #forget(key: string, shared: Shared): void {
    const others = (this.#shared.get(key) ?? []).filter((other) => other !== shared)
    if (others.length > 0) this.#shared.set(key, others)
    else this.#shared.delete(key)
  }
}
