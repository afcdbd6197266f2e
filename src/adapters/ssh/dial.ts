import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { connect } from 'node:net'
import { Duplex } from 'node:stream'
import { messageOf, systemCode } from '../system-error.ts'
import { sshError } from './errors.ts'
import { destination, type SshTarget } from './target.ts'
import { type ConnectLimit, orAbort } from './time-limit.ts'

/** The bytes to and from a host, before SSH. */
export interface Transport {
  readonly stream: Duplex
  /** Of a ProxyCommand: the end of its stderr, once it has ended. */
  readonly commandStderr?: Promise<string> | undefined
}

/** A failure that may not happen a moment later: refused, reset or silent before the host has identified itself. */
export class TransientFailure extends Error {
  override readonly name = 'TransientFailure'
}

/** Opens the connection to a host that is not behind a bastion: through its ProxyCommand if it has one, else by TCP. */
export async function dial(target: SshTarget, limit: ConnectLimit): Promise<Transport> {
  const { route } = target
  return route.by === 'command' ? runProxyCommand(route.command) : dialTcp(target, limit)
}

/** The socket is ours so that Nagle's algorithm is off before the first byte: ssh2 leaves it on, and a handshake takes four times as long. */
async function dialTcp(target: SshTarget, limit: ConnectLimit): Promise<Transport> {
  const socket = connect({ host: target.host, port: target.port, noDelay: true })
  const opened = new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve).once('error', reject)
  })
  try {
    await orAbort(limit.signal, opened)
    return { stream: socket }
  } catch (error) {
    socket.on('error', () => {}).destroy()
    limit.signal.throwIfAborted()
    throw cannotConnect(target, error)
  }
}

function cannotConnect(target: SshTarget, error: unknown): Error {
  const code = systemCode(error)
  const noAddress = code === 'ENOTFOUND' || code === 'EAI_AGAIN'
  const reason = noAddress ? `no address found for "${target.host}"` : (reasons[code ?? ''] ?? messageOf(error))
  const port = target.port === 22 ? '' : `-p ${target.port} `
  return sshError({
    code: 'E_CONNECT',
    host: target.name,
    message: `cannot connect to ${destination(target)}: ${reason}`,
    hint: noAddress
      ? `Check the name: getent hosts ${target.host}`
      : `Check that sshd answers: ssh-keyscan ${port}${target.host}`,
    cause: code === 'ENOTFOUND' ? error : new TransientFailure(messageOf(error), { cause: error }),
  })
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  ETIMEDOUT: 'no answer',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
}

/** How much of a ProxyCommand's stderr is kept, in characters. */
const keptStderr = 2_000

/** Runs a ProxyCommand (ssh_config(5)) as ssh(1) does; it ends with the connection, and the connection with it. */
function runProxyCommand(command: string): Transport {
  // In a process group of its own: Ctrl-C on the terminal is for us, and the connection must survive it.
  const child = spawn('/bin/sh', ['-c', `exec ${command}`], { detached: true })
  const commandStderr = new Promise<string>((resolve) => {
    let text = ''
    child.stderr.setEncoding('utf8').on('data', (more: string) => {
      text = (text + more).slice(-keptStderr)
    })
    child.on('error', (error) => resolve(error.message))
    child.on('close', () => resolve(text.trim()))
  })
  return { stream: new CommandStream(child), commandStderr }
}

/** A program's stdin and stdout as one stream that ends when the program does, so that its stderr is complete by then. */
class CommandStream extends Duplex {
  readonly #child: ChildProcessWithoutNullStreams

  constructor(child: ChildProcessWithoutNullStreams) {
    super()
    this.#child = child
    child.stdout.on('data', (chunk) => {
      if (!this.push(chunk)) child.stdout.pause()
    })
    child.on('close', () => this.push(null))
    this.on('end', () => this.destroy())
    // Writing to a program that has ended fails; its `close` event reports that.
    for (const source of [child, child.stdin, child.stdout, child.stderr]) source.on('error', () => {})
  }

  override _read(): void {
    this.#child.stdout.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#child.stdin.write(chunk, () => done())
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#child.stdin.end(() => done())
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#child.kill()
    done(error)
  }
}
