import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { join } from 'node:path'
import ssh2, { type AuthContext, type Connection, type ServerChannel } from 'ssh2'
import { answerLogin, type LoginPolicy } from './login.ts'

const defaultShell = '/bin/dash'

/** What a test host is like. */
export interface HostOptions extends LoginPolicy {
  /** Private host keys. */
  readonly hostKeys: readonly string[]
  /** Login shell, which gets the command line as `-c`, and `sh` on PATH. */
  readonly shell?: string | undefined
  /** Programs that come first on PATH, as shell text. */
  readonly programs?: Readonly<Record<string, string>> | undefined
  /** Shell text that runs before the command, as a noisy rc file would. */
  readonly rc?: string | undefined
  /** More environment of the shell. */
  readonly environment?: NodeJS.ProcessEnv | undefined
  readonly folder: string
  /** What happens instead of a shell: a refusal to run anything. */
  readonly refuseExec?: boolean | undefined
  readonly refuseTunnels?: boolean | undefined
}

/** A host in this process: an SSH server on 127.0.0.1 whose commands run in a folder of the test. */
export class TestHost {
  readonly port: number
  /** Login attempts in order, `method` or `method detail`. */
  readonly attempts: string[]
  /** Command lines of exec requests. */
  readonly commands: string[] = []
  readonly connections = new Set<Connection>()
  /** Connections ever accepted. */
  accepted = 0
  /** Logins that succeeded. */
  loggedIn = 0
  /** Called for every new connection. */
  onConnection: () => void = () => {}
  /** Tunnels ever asked for, `host:port`. */
  readonly tunnels: string[] = []
  readonly #children = new Set<ChildProcess>()
  readonly #server: ssh2.Server
  readonly #options: HostOptions

  private constructor(server: ssh2.Server, port: number, options: HostOptions, attempts: string[]) {
    this.#server = server
    this.port = port
    this.#options = options
    this.attempts = attempts
  }

  /** Starts a host on a free port. */
  static async start(options: HostOptions): Promise<TestHost> {
    const bin = join(options.folder, 'bin')
    mkdirSync(bin)
    symlinkSync(options.shell ?? defaultShell, join(bin, 'sh'))
    for (const [name, text] of Object.entries(options.programs ?? {})) {
      writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
    }
    const server = new ssh2.Server({ hostKeys: [...options.hostKeys] })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const host = new TestHost(server, port, options, [])
    server.on('connection', (connection) => host.#accept(connection))
    return host
  }

  /** The host's home and working folder. */
  get folder(): string {
    return this.#options.folder
  }

  /** Cuts all connections without a word. */
  drop(): void {
    for (const connection of this.connections) socketOf(connection).resetAndDestroy()
  }

  /** Processes of this host that still run. */
  get running(): number {
    return this.#children.size
  }

  async stop(): Promise<void> {
    this.drop()
    for (const child of this.#children) child.kill('SIGKILL')
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #accept(connection: Connection): void {
    this.accepted++
    this.connections.add(connection)
    socketOf(connection).setNoDelay(true)
    this.onConnection()
    connection.on('ready', () => {
      this.loggedIn++
    })
    connection.on('error', () => {})
    connection.on('close', () => this.connections.delete(connection))
    connection.on('authentication', (context: AuthContext) => answerLogin(context, this.#options, this.attempts))
    connection.on('session', (accept) => {
      accept().on('exec', (acceptExec, reject, { command }) => {
        this.commands.push(command)
        if (this.#options.refuseExec) reject()
        else this.#run(acceptExec(), command)
      })
    })
    connection.on('tcpip', (accept, reject, { destIP, destPort }) => {
      this.tunnels.push(`${destIP}:${destPort}`)
      if (this.#options.refuseTunnels) reject()
      else this.#tunnel(accept(), destIP, destPort)
    })
  }

  #run(channel: ServerChannel, command: string): void {
    const { shell = defaultShell, rc = '', folder, environment } = this.#options
    const env = { HOME: folder, PATH: `${folder}/bin:${process.env['PATH']}`, ...environment }
    const child = spawn(shell, ['-c', `${rc}${rc && '\n'}${command}`], { cwd: folder, env })
    this.#children.add(child)
    child.on('exit', () => this.#children.delete(child))
    for (const stream of [child.stdin, child.stdout, child.stderr, channel]) stream.on('error', () => {})
    channel.pipe(child.stdin)
    child.stdout.pipe(channel, { end: false })
    child.stderr.pipe(channel.stderr, { end: false })
    child.on('close', (code, signal) => {
      if (code === null) channel.exit(signal ?? 'TERM', false, '')
      else channel.exit(code)
      channel.end()
    })
    // Like sshd: a connection that is gone closes the pipes and leaves the processes alone.
    channel.on('close', () => {
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy()
    })
  }

  #tunnel(channel: ServerChannel, host: string, port: number): void {
    const socket = connect({ host, port, noDelay: true })
    for (const stream of [socket, channel]) stream.on('error', () => {})
    channel.pipe(socket).pipe(channel)
    socket.on('close', () => channel.close())
    channel.on('close', () => socket.destroy())
  }
}

/** The socket below an ssh2 server connection, which has no public name. */
function socketOf(connection: Connection): Socket {
  return (connection as unknown as { readonly _sock: Socket })._sock
}
