import { constants } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { keyType } from './known-hosts.ts'

/** A key that a person has compared and accepts for a host. */
export interface AcceptedKey {
  readonly file: string
  /** The name it is filed under, see `knownName`. */
  readonly name: string
  readonly key: Buffer
}

/** The known_hosts line for a key. */
export function knownHostsLine({ name, key }: Omit<AcceptedKey, 'file'>): string {
  return `${name} ${keyType(key)} ${key.toString('base64')}`
}

/** Appends an accepted key to a known_hosts file (made 0600); the only place that writes one. */
export async function acceptHostKey(accepted: AcceptedKey): Promise<void> {
  await mkdir(dirname(accepted.file), { recursive: true, mode: 0o700 })
  const file = await open(accepted.file, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT, 0o600)
  try {
    const { size } = await file.stat()
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1))
    const open = size > 0 && buffer[0] !== 0x0a
    await file.appendFile(`${open ? '\n' : ''}${knownHostsLine(accepted)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
}
