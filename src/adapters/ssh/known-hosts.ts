import { createHash, createHmac } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { failure, systemCode, wordsOf } from './failure.ts'

/** One usable line of a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
export interface KnownKey {
  readonly file: string
  readonly line: number
  readonly hosts: string
  readonly type: string
  readonly key: Buffer
  readonly revoked: boolean
}

/** What the files say about a key: `changed` names the line that disagrees, `unknown` the types known for the host. */
export type Verdict =
  | { readonly state: 'known' }
  | { readonly state: 'unknown' }
  | { readonly state: 'changed'; readonly known: KnownKey }
  | { readonly state: 'revoked'; readonly known: KnownKey }

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
    const message = `cannot read the known host keys in ${file} (${wordsOf(cause)}), so no key can be trusted`
    throw failure({ code: 'E_HOST_KEY', host, message, hint: `Make it readable: ls -ld ${file}`, cause })
  }
}

/** Parses one file. Lines that OpenSSH would skip are skipped; `@cert-authority` vouches for no plain key. */
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

/** The name under which a host's key is filed: the alias if there is one, `[host]:port` off port 22. */
export function knownName(host: string, port: number, alias?: string): string {
  if (alias !== undefined) return alias.toLowerCase()
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`
}

/** Lines that speak of this name. */
export function keysFor(name: string, keys: readonly KnownKey[]): readonly KnownKey[] {
  return keys.filter(({ hosts }) => matchesHosts(name.toLowerCase(), hosts))
}

/** Judges an offered key. Off port 22 a key filed under the plain name is good too, as in ssh(1), but not its absence. */
export function judge(name: string, offered: Buffer, keys: readonly KnownKey[]): Verdict {
  const known = keysFor(name, keys)
  const plain = keysFor(/^\[(.+)\]:\d+$/.exec(name)?.[1] ?? name, keys)
  const revoked = [...known, ...plain].find((entry) => entry.revoked && entry.key.equals(offered))
  if (revoked) return { state: 'revoked', known: revoked }
  if ([...known, ...plain].some((entry) => !entry.revoked && entry.key.equals(offered))) return { state: 'known' }
  const trusted = known.filter((entry) => !entry.revoked)
  const changed = trusted.find(({ type }) => type === keyType(offered)) ?? trusted[0]
  return changed ? { state: 'changed', known: changed } : { state: 'unknown' }
}

function matchesHosts(name: string, hosts: string): boolean {
  if (hosts.startsWith('|1|')) return matchesHash(name, hosts)
  const patterns = hosts.toLowerCase().split(',')
  if (patterns.some((pattern) => pattern.startsWith('!') && matchesPattern(name, pattern.slice(1)))) return false
  return patterns.some((pattern) => !pattern.startsWith('!') && matchesPattern(name, pattern))
}

function matchesHash(name: string, hashed: string): boolean {
  const [, , salt, hash] = hashed.split('|')
  if (!salt || !hash) return false
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash
}

/** Matches `*` and `?` patterns (ssh_config(5), PATTERNS); everything else stands for itself. */
export function matchesPattern(name: string, pattern: string): boolean {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`, 's').test(name)
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
