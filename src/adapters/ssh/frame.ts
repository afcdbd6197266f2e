import { randomBytes } from 'node:crypto'
import type { Script } from '../../kernel/sh.ts'

/** One command on the wire, and the token that marks its end. */
export interface Frame {
  readonly token: string
  readonly bytes: Buffer
}

/** A random word of 128 bits that no output can contain by chance or by intent. */
export function randomToken(): string {
  return randomBytes(16).toString('hex')
}

/** Spells a script and its blobs as the remote loop reads them: `B <bytes> <name>` and `S <bytes> <token>` headers, then raw bytes. */
export function encodeFrame(script: Script, blobs: ReadonlyMap<string, Uint8Array> = new Map()): Frame {
  const text = Buffer.from(script.revealed(), 'utf8')
  if (text.includes(0)) throw new TypeError('a script cannot contain NUL; send such content as a blob')
  const token = randomToken()
  const pieces = [...blobs].flatMap(([name, bytes]) => [header('B', bytes.length, blobName(name)), bytes])
  return { token, bytes: Buffer.concat([...pieces, header('S', text.length, token), text]) }
}

function header(kind: 'B' | 'S', bytes: number, word: string): Buffer {
  return Buffer.from(`${kind} ${bytes} ${word}\n`, 'latin1')
}

function blobName(name: string): string {
  if (!/^[A-Za-z0-9_]+$/.test(name)) throw new TypeError(`blob name ${JSON.stringify(name)} is not a shell name`)
  return name
}
