import type { ServerHostKeyAlgorithm } from 'ssh2'
import type { OrchestrateError } from '../../kernel/errors.ts'
import { quote } from '../../kernel/sh.ts'
import { knownHostsLine } from './accept-host-key.ts'
import { failure } from './failure.ts'
import { judge, type KnownKey, keyFingerprint, keysFor, keyType } from './known-hosts.ts'
import type { Target } from './target.ts'

/** Signature algorithms we accept, best first. SHA-1 (`ssh-rsa`) is not among them, as in OpenSSH since 8.8. */
const algorithms: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
]

/** Checks one connection's host key and keeps the reason why it was refused. */
export class HostKeyCheck {
  readonly #target: Target
  readonly #keys: readonly KnownKey[]
  refusal: OrchestrateError | undefined

  constructor(target: Target, keys: readonly KnownKey[]) {
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
    const verdict = judge(this.#target.knownName, key, this.#keys)
    if (verdict.state === 'known') return true
    this.refusal =
      verdict.state === 'unknown'
        ? unknown(this.#target, key)
        : verdict.state === 'revoked'
          ? revoked(this.#target, verdict.known)
          : changed(this.#target, key, verdict.known)
    return false
  }

  /** The host offers no key of a type known for it: to us the same as a changed key. */
  otherType(cause: unknown): OrchestrateError {
    const [known] = this.#trusted
    const { name, knownName } = this.#target
    const types = this.#trusted.map(({ type, file, line }) => `${type} (${file}:${line})`).join(', ')
    const message = `the host offers no key of a known type; known for ${knownName}: ${types}. Somebody may be listening in`
    return failure({ code: 'E_HOST_KEY', host: name, message, hint: renewHint(this.#target, known?.file), cause })
  }

  get #trusted(): readonly KnownKey[] {
    return keysFor(this.#target.knownName, this.#keys).filter(({ revoked }) => !revoked)
  }
}

function unknown(target: Target, key: Buffer): OrchestrateError {
  const { name, knownName } = target
  const message = `host key unknown for ${knownName}: ${keyType(key)} ${keyFingerprint(key)}`
  const [file = ''] = target.knownHosts
  const accept = `echo ${quote(knownHostsLine({ name: knownName, key }))} >> ${quote(file)}`
  const hint = `After comparing the fingerprint (on the host's console: ssh-keygen -lf /etc/ssh/ssh_host_${shortType(key)}_key.pub), accept it: ${accept}`
  return failure({ code: 'E_HOST_KEY', host: name, message, hint })
}

function changed(target: Target, key: Buffer, known: KnownKey): OrchestrateError {
  const message = [
    `HOST KEY CHANGED for ${target.knownName}. Somebody may be listening in, or the host was installed anew`,
    `  known   ${known.type} ${keyFingerprint(known.key)} (${known.file}:${known.line})`,
    `  offered ${keyType(key)} ${keyFingerprint(key)}`,
  ].join('\n')
  return failure({ code: 'E_HOST_KEY', host: target.name, message, hint: renewHint(target, known.file) })
}

function revoked({ name, knownName }: Target, { type, key, file, line }: KnownKey): OrchestrateError {
  const message = `host key of ${knownName} is REVOKED: ${type} ${keyFingerprint(key)} (${file}:${line})`
  const hint = `Give the host a new key; never remove the @revoked line. Look at it: sed -n ${line}p ${quote(file)}`
  return failure({ code: 'E_HOST_KEY', host: name, message, hint })
}

function renewHint({ knownName }: Target, file = ''): string {
  return `Find out why it changed; only then forget the old key: ssh-keygen -f ${quote(file)} -R ${quote(knownName)}`
}

function shortType(key: Buffer): string {
  const type = keyType(key)
  return type.startsWith('ecdsa-') ? 'ecdsa' : type.replace(/^ssh-/, '')
}
