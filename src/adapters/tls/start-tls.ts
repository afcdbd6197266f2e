import { once } from 'node:events'
import { Socket } from 'node:net'
import type { TlsStart } from '../../model/endpoint.ts'

/** Where to connect. */
export interface Destination {
  readonly host: string
  readonly port: number
  readonly timeoutMs: number
}

/** Lines of a text protocol, read one answer at a time. */
export class LineReader {
  readonly #socket: Socket
  #text = ''
  #ended: string | undefined
  #wake: (() => void) | undefined

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (bytes: Buffer) => {
      this.#text += bytes.toString('latin1')
      this.#wake?.()
    })
    const end = (why: string) => () => {
      this.#ended ??= why
      this.#wake?.()
    }
    socket.on('error', (error) => end(error.message)())
    socket.on('end', end('the server closed the connection'))
    socket.on('close', end('the connection was closed'))
    socket.on('timeout', () => socket.destroy(new Error('no answer in time')))
  }

  /** Everything up to and including the first text that matches. */
  async until(end: RegExp): Promise<string> {
    for (;;) {
      const found = end.exec(this.#text)
      if (found) {
        const cut = found.index + found[0].length
        const answer = this.#text.slice(0, cut)
        this.#text = this.#text.slice(cut)
        return answer
      }
      if (this.#ended) throw new Error(this.#ended)
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#wake = resolve
      await promise
    }
  }

  /** Says a line and gives the answer to it. */
  async say(line: string, end: RegExp): Promise<string> {
    this.#socket.write(`${line}\r\n`)
    return this.until(end)
  }

  /** Stops reading, so that TLS can take over the socket. */
  release(): void {
    this.#socket.removeAllListeners('data')
  }
}

/** The last line of an SMTP answer: three digits without a hyphen (RFC 5321, 4.2.1). */
export const smtpEnd = /^\d{3} .*\r?\n/m

/** Opens a connection and brings it to the point where TLS begins. */
export async function readyForTls({ host, port, timeoutMs }: Destination, start: TlsStart): Promise<Socket> {
  const socket = new Socket()
  socket.setTimeout(timeoutMs)
  const reader = new LineReader(socket)
  socket.connect({ host, port })
  await Promise.race([once(socket, 'connect'), reader.until(/(?!)/)])
  await starters[start](reader)
  reader.release()
  return socket
}

const starters: Readonly<Record<TlsStart, (reader: LineReader) => Promise<unknown>>> = {
  immediate: async () => {},
  smtp: async (reader) => {
    await reader.until(smtpEnd)
    await reader.say('EHLO verify.invalid', smtpEnd)
    await agreed(reader.say('STARTTLS', smtpEnd), /^220/m)
  },
  imap: async (reader) => {
    await reader.until(/^\* OK.*\r?\n/m)
    await agreed(reader.say('a STARTTLS', /^a .*\r?\n/m), /^a OK/im)
  },
  pop3: async (reader) => {
    await reader.until(/^\+OK.*\r?\n/m)
    await agreed(reader.say('STLS', /^[+-].*\r?\n/m), /^\+OK/m)
  },
  sieve: async (reader) => {
    await reader.until(/^OK.*\r?\n/im)
    await agreed(reader.say('STARTTLS', /^(OK|NO|BYE).*\r?\n/im), /^OK/im)
  },
}

async function agreed(answer: Promise<string>, want: RegExp): Promise<void> {
  const said = await answer
  if (!want.test(said)) throw new Error(`TLS is not offered: ${said.trim()}`)
}
