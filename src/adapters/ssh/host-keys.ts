import { createHash, createHmac } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { ServerHostKeyAlgorithm } from 'ssh2'
import type { OrchestrateError } from '../../kernel/errors.ts'
import { quote } from '../../kernel/sh.ts'
import { messageOf, systemCode } from '../system-error.ts'
import { sshError } from './errors.ts'
import { matchesList } from './patterns.ts'
import type { SshTarget } from './target.ts'

/** One usable line of a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
export interface KnownKey {
  readonly file: string
  readonly line: number
  readonly hosts: string
  readonly type: string
  readonly key: Buffer
  readonly revoked: boolean
}

/** Reads known_hosts files; a missing one is empty, one that cannot be read is an error (fail closed). */
export async function readKnownHosts(host: string, files: readonly string[]): Promise<readonly KnownKey[]> {
  const texts = await Promise.all(files.map((file) => readOne(host, file)))
  return texts.flatMap((text, index) => parseKnownHosts(text, files[index] ?? ''))
}

async function readOne(host: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    const code = systemCode(cause)
    if (code === 'ENOENT' || code === 'ENOTDIR') return ''
    const message = `cannot read the known host keys in ${file} (${messageOf(cause)}), so no key can be trusted`
    throw sshError({ code: 'E_HOST_KEY', host, message, hint: `Make it readable: ls -ld ${file}`, cause })
  }
}

/** Parses one file. Lines that OpenSSH would skip are skipped; `@cert-authority` says nothing about a plain key. */
export function parseKnownHosts(text: string, file: string): readonly KnownKey[] {
  return text.split(/\r?\n/).flatMap((line, index) => parseLine(line.trim(), file, index + 1) ?? [])
}

function parseLine(text: string, file: string, line: number): KnownKey | undefined {
  if (text === '' || text.startsWith('#')) return
  const words = text.split(/\s+/)
  const marker = words[0]?.startsWith('@') ? words.shift() : undefined
  const [hosts, type, encoded] = words
  if (!hosts || !type || !encoded || (marker !== undefined && marker !== '@revoked')) return
  const key = Buffer.from(encoded, 'base64')
  if (keyType(key) !== type) return
  return { file, line, hosts, type, key, revoked: marker === '@revoked' }
}

/** The name under which a host's key is filed: the alias if there is one, `[host]:port` unless the port is 22. */
export function knownName(host: string, port: number, alias?: string): string {
  if (alias !== undefined) return alias.toLowerCase()
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`
}

/** The lines for this name. */
export function keysFor(name: string, keys: readonly KnownKey[]): readonly KnownKey[] {
  return keys.filter(({ hosts }) => matchesHosts(name.toLowerCase(), hosts))
}

function matchesHosts(name: string, hosts: string): boolean {
  return hosts.startsWith('|1|') ? matchesHash(name, hosts) : matchesList(name, hosts.toLowerCase().split(','))
}

function matchesHash(name: string, hashed: string): boolean {
  const [, , salt, hash] = hashed.split('|')
  if (!salt || !hash) return false
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash
}

/** What the files say about an offered key: `changed` holds the line that disagrees, `elsewhere` one for the name without port. */
export type HostKeyState =
  | { readonly state: 'known' }
  | { readonly state: 'unknown'; readonly elsewhere?: KnownKey }
  | { readonly state: 'changed'; readonly known: KnownKey }
  | { readonly state: 'revoked'; readonly known: KnownKey }

/**
 * Compares an offered key with the files. Off port 22 only lines for `[host]:port` can make a key known: another port may be
 * forwarded to another machine. ssh(1) is laxer: it also takes a key filed for the plain name if none is for the port.
 * A key that is revoked for the plain name is revoked on every port.
 */
export function judge(name: string, offered: Buffer, keys: readonly KnownKey[]): HostKeyState {
  const known = keysFor(name, keys)
  const plain = keysFor(/^\[(.+)\]:\d+$/.exec(name)?.[1] ?? name, keys)
  const same = ({ key }: KnownKey) => key.equals(offered)
  const revoked = [...known, ...plain].find((entry) => entry.revoked && same(entry))
  if (revoked) return { state: 'revoked', known: revoked }
  const trusted = known.filter((entry) => !entry.revoked)
  if (trusted.some(same)) return { state: 'known' }
  const changed = trusted.find(({ type }) => type === keyType(offered)) ?? trusted[0]
  if (changed) return { state: 'changed', known: changed }
  const elsewhere = plain.find(same)
  return elsewhere ? { state: 'unknown', elsewhere } : { state: 'unknown' }
}

/** The algorithm name inside a public key blob (RFC 4253, 6.6). */
export function keyType(key: Buffer): string {
  if (key.length < 4) return ''
  return key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1')
}

/** A fingerprint as OpenSSH prints it. */
export function keyFingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
}

/** Accepted signature algorithms, best first. SHA-1 (`ssh-rsa`) is not among them, as in OpenSSH since 8.8. */
const algorithms: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
]

/** Checks the host key of one connection and keeps the reason why it was refused. */
export class HostKeyCheck {
  readonly #target: SshTarget
  readonly #keys: readonly KnownKey[]
  refusal: OrchestrateError | undefined

  constructor(target: SshTarget, keys: readonly KnownKey[]) {
    this.#target = target
    this.#keys = keys
  }

  /** Only algorithms of key types known for the host, so that it cannot answer with another type; all if none is known. */
  get algorithms(): ServerHostKeyAlgorithm[] {
    const types = new Set(this.#trusted.map(({ type }) => type))
    const known = algorithms.filter((algorithm) => types.has(algorithm.startsWith('rsa-') ? 'ssh-rsa' : algorithm))
    return known.length > 0 ? known : [...algorithms]
  }

  /** ssh2's `hostVerifier`: true lets the connection go on. */
  readonly verify = (key: Buffer): boolean => {
    const found = judge(this.#target.knownName, key, this.#keys)
    if (found.state === 'known') return true
    this.refusal =
      found.state === 'unknown'
        ? unknownKey(this.#target, key, found.elsewhere)
        : found.state === 'revoked'
          ? revokedKey(this.#target, found.known)
          : changedKey(this.#target, key, found.known)
    return false
  }

  /** The host offers no key of a type known for it: treated like a changed key. */
  otherType(cause: unknown): OrchestrateError {
    const [known] = this.#trusted
    const { name, knownName } = this.#target
    const types = this.#trusted.map(({ type, file, line }) => `${type} (${file}:${line})`).join(', ')
    const message = `the host offers no key of a known type; known for ${knownName}: ${types}. Somebody may be listening in`
    return sshError({ code: 'E_HOST_KEY', host: name, message, hint: renewHint(this.#target, known?.file), cause })
  }

  get #trusted(): readonly KnownKey[] {
    return keysFor(this.#target.knownName, this.#keys).filter(({ revoked }) => !revoked)
  }
}

function unknownKey(target: SshTarget, key: Buffer, elsewhere: KnownKey | undefined): OrchestrateError {
  const { name, knownName } = target
  const also = elsewhere
    ? `; the same key is known for the host without port (${elsewhere.file}:${elsewhere.line})`
    : ''
  const message = `host key unknown for ${knownName}: ${keyType(key)} ${keyFingerprint(key)}${also}`
  const [file = ''] = target.knownHosts
  const line = `${knownName} ${keyType(key)} ${key.toString('base64')}`
  const accept = `echo ${quote(line)} >> ${quote(file)}`
  const hint = `After comparing the fingerprint (on the host's console: \`ssh-keygen -lf /etc/ssh/ssh_host_${shortType(key)}_key.pub\`), accept it:\n${accept}`
  return sshError({ code: 'E_HOST_KEY', host: name, message, hint })
}

function changedKey(target: SshTarget, key: Buffer, known: KnownKey): OrchestrateError {
  const message = [
    `HOST KEY CHANGED for ${target.knownName}. Somebody may be listening in, or the host was installed anew`,
    `  known   ${known.type} ${keyFingerprint(known.key)} (${known.file}:${known.line})`,
    `  offered ${keyType(key)} ${keyFingerprint(key)}`,
  ].join('\n')
  return sshError({ code: 'E_HOST_KEY', host: target.name, message, hint: renewHint(target, known.file) })
}

function revokedKey({ name, knownName }: SshTarget, { type, key, file, line }: KnownKey): OrchestrateError {
  const message = `host key of ${knownName} is REVOKED: ${type} ${keyFingerprint(key)} (${file}:${line})`
  const hint = `Give the host a new key; never remove the @revoked line. Look at it:\nsed -n ${line}p ${quote(file)}`
  return sshError({ code: 'E_HOST_KEY', host: name, message, hint })
}

function renewHint({ knownName }: SshTarget, file = ''): string {
  return `Find out why it changed; only then forget the old key:\nssh-keygen -f ${quote(file)} -R ${quote(knownName)}`
}

function shortType(key: Buffer): string {
  const type = keyType(key)
  return type.startsWith('ecdsa-') ? 'ecdsa' : type.replace(/^ssh-/, '')
}
