import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { BastionPool, type ConnectOptions, connect, type NamedConnection } from '../../src/adapters/ssh/index.ts'
import type { Session } from '../../src/model/session.ts'
import { makeKey, type TestKey } from './keys.ts'
import { type HostOptions, TestHost } from './server.ts'

/** Shells that may be `sh` on a host. */
export const shells = ['/bin/dash', '/bin/bash'] as const

/** A controller's home, hosts and proxies of one test, all gone when it ends. */
export class World {
  readonly folder: string
  readonly home: string
  readonly hostKey = keyOf('host')
  readonly userKey = keyOf('user')
  /** A pool of its own, so that tests share no bastion. */
  readonly bastions = new BastionPool()
  readonly #ending: (() => Promise<unknown> | unknown)[] = []

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'orchestrate-session-'))
    this.home = join(this.folder, 'home')
    mkdirSync(join(this.home, '.ssh'), { recursive: true, mode: 0o700 })
  }

  /** Where this world's known_hosts lies. */
  get knownHosts(): string {
    return join(this.home, '.ssh/known_hosts')
  }

  /** Starts a host that lets our key in; its commands run in a folder of its own. */
  async host(options: Partial<HostOptions> = {}): Promise<TestHost> {
    const folder = mkdtempSync(join(this.folder, 'host-'))
    const defaults = { hostKeys: [this.hostKey.text], authorizedKeys: [this.userKey.parsed], folder }
    return this.keep(await TestHost.start({ ...defaults, ...options }))
  }

  /** Writes known_hosts lines for ports of 127.0.0.1. */
  know(ports: readonly number[], key: TestKey = this.hostKey): void {
    writeFileSync(this.knownHosts, ports.map((port) => `[127.0.0.1]:${port} ${key.line}\n`).join(''), { flag: 'a' })
  }

  /** Writes the ssh config of this home. */
  config(text: string): void {
    writeFileSync(join(this.home, '.ssh/config'), text)
  }

  /** Copies a file, with access for its owner alone. */
  copy(from: string, to: string): void {
    copyFileSync(from, to)
    chmodSync(to, 0o600)
    this.keep(to, () => rmSync(to, { force: true }))
  }

  /** How to reach a port of this machine. */
  connection(port: number, more: Partial<NamedConnection> = {}): NamedConnection {
    return { name: 'sv1', address: '127.0.0.1', port, user: 'root', identityFile: this.userKey.file, ...more }
  }

  /** Connects and closes the session when the test ends. */
  async connect(connection: NamedConnection, options: ConnectOptions = {}): Promise<Session> {
    return this.keep(await connect(connection, { ...this.options(), ...options }), (session) => session.close())
  }

  /** Options that keep everything inside this world. */
  options(environment: NodeJS.ProcessEnv = {}): ConnectOptions {
    const localUser = { name: 'me', home: this.home, environment: { PATH: process.env['PATH'], ...environment } }
    const blobFolder = join(this.folder, 'var/blobs')
    return { localUser, bastions: this.bastions, blobFolder, retryWaitMs: 1, keepaliveMs: 60_000 }
  }

  /** Ends something with the test. */
  keep<T>(thing: T, end: (thing: T) => unknown = stop): T {
    this.#ending.push(() => end(thing))
    return thing
  }

  async end(): Promise<void> {
    for (const end of this.#ending.reverse()) await end()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

const keys = new Map<string, TestKey>()
const keyFolder = mkdtempSync(join(tmpdir(), 'orchestrate-keys-'))
afterAll(() => rmSync(keyFolder, { recursive: true, force: true }))

/** A key pair by name, the same for all tests of a file: making one takes three processes. */
export function keyOf(name: string, type?: 'ed25519' | 'ecdsa' | 'rsa', passphrase?: string): TestKey {
  const key = keys.get(name) ?? makeKey(keyFolder, name, type, passphrase)
  keys.set(name, key)
  return key
}

function stop(thing: unknown): unknown {
  return (thing as { stop: () => unknown }).stop()
}
