import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ssh2, { type ParsedKey } from 'ssh2'

/** A key pair on disk, made by ssh-keygen. */
export interface TestKey {
  readonly file: string
  /** Private half as text. */
  readonly text: string
  readonly parsed: ParsedKey
  /** Public half as `type base64`. */
  readonly line: string
  /** As ssh-keygen prints it. */
  readonly fingerprint: string
}

/** Makes a key pair. */
export function makeKey(
  folder: string,
  name: string,
  type: 'ed25519' | 'ecdsa' | 'rsa' = 'ed25519',
  passphrase = '',
): TestKey {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, name)
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-C', name, '-f', file])
  const text = readFileSync(file, 'utf8')
  const parsed = ssh2.utils.parseKey(readFileSync(`${file}.pub`))
  if (parsed instanceof Error) throw parsed
  const line = readFileSync(`${file}.pub`, 'utf8').split(' ').slice(0, 2).join(' ')
  const fingerprint = execFileSync('ssh-keygen', ['-l', '-f', file], { encoding: 'utf8' }).split(' ')[1] ?? ''
  return { file, text, parsed, line, fingerprint }
}
