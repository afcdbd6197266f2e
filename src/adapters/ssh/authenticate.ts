import type {
  AnyAuthMethod,
  AuthenticationType,
  AuthHandlerMiddleware,
  KeyboardInteractiveAuthMethod,
  ParsedKey,
} from 'ssh2'
import type { OrchestrateError } from '../../kernel/errors.ts'
import { printable } from '../../kernel/printable.ts'
import { sshError } from './errors.ts'
import { FilteredAgent, holdsKey, type KeyFile, openKey, publicKeys } from './keys.ts'
import { type Ask, destination, type SshTarget, sshCommand } from './target.ts'

/** What ssh2 takes for "nothing left to try"; its types leave it out. */
const nothingLeft = false as never

/**
 * The authentication methods in order, each tried once: key files, agent, keys whose passphrase must be asked for, password,
 * keyboard-interactive. It begins with a key instead of asking which methods are allowed, which saves a round trip.
 */
export class Authentication {
  readonly #target: SshTarget
  readonly #ask: Ask | undefined
  #tried: (() => string)[] = []
  /** Methods that the host still allows; undefined until it has said so. */
  #left: readonly AuthenticationType[] | undefined
  /** One factor of several was accepted. */
  #partial = false

  constructor(target: SshTarget, ask: Ask | undefined) {
    this.#target = target
    this.#ask = ask
  }

  /** ssh2's `authHandler`, for one connection. */
  handler(files: readonly KeyFile[]): AuthHandlerMiddleware {
    const methods = this.#methods(files)
    this.#tried = []
    this.#left = undefined
    return (left, partial, next) => {
      this.#left = left ?? undefined
      this.#partial ||= partial ?? false
      const proceed = async () => {
        const { value } = await methods.next()
        next(value ?? nothingLeft)
      }
      // Only a connection that is gone makes this fail, and its `close` event reports that.
      proceed().catch(() => {})
    }
  }

  /** The error for a refused login: who, where, and what was tried. */
  refusal(cause?: unknown): OrchestrateError {
    const tried = this.#tried.map((describe) => describe()).join(', ')
    const message = `login refused for ${destination(this.#target)}; ${tried ? `tried ${tried}` : 'there was no key, agent or password to try'}`
    return sshError({ code: 'E_AUTH', host: this.#target.name, message, hint: this.#hint(tried), cause })
  }

  async *#methods(files: readonly KeyFile[]): AsyncGenerator<AnyAuthMethod, undefined> {
    const { named } = this.#target.keys
    const usable = files.filter((key) => key.state === 'usable')
    for (const key of files) {
      if (key.state === 'unusable') this.#tried.push(() => `key ${key.file} (${key.because})`)
    }
    if (named) yield* this.#keys(usable)
    yield* this.#agentKeys(files)
    if (!named) yield* this.#keys(usable)
    yield* this.#lockedKeys(files)
    yield* this.#password()
    return undefined
  }

  *#keys(files: readonly UsableKeyFile[]): Generator<AnyAuthMethod> {
    for (const { file, key } of files) {
      if (!this.#allows('publickey')) return
      this.#tried.push(() => `key ${file}`)
      yield { type: 'publickey', username: this.#target.user, key }
    }
  }

  async *#agentKeys(files: readonly KeyFile[]): AsyncGenerator<AnyAuthMethod> {
    const { agent: socket, named, only } = this.#target.keys
    if (socket === undefined || !this.#allows('publickey')) return
    const offered = files.flatMap((key) => (named && key.state === 'usable' ? [key.key] : []))
    const allowed = only ? await publicKeys(files) : undefined
    const wanted = (key: ParsedKey) => !holdsKey(offered, key) && (allowed === undefined || holdsKey(allowed, key))
    const agent = new FilteredAgent(socket, wanted)
    this.#tried.push(() => `agent (${agent.offered === 1 ? '1 key' : `${agent.offered} keys`})`)
    yield { type: 'agent', username: this.#target.user, agent }
  }

  async *#lockedKeys(files: readonly KeyFile[]): AsyncGenerator<AnyAuthMethod> {
    for (const locked of files) {
      if (locked.state !== 'locked' || !this.#allows('publickey')) continue
      const { file, text } = locked
      const passphrase = await this.#ask?.(`Passphrase for ${file}: `, 'reuse')
      const opened = passphrase && openKey(file, text, passphrase.reveal())
      if (opened?.state === 'usable') yield* this.#keys([opened])
      else this.#tried.push(() => `key ${file} (${opened?.state === 'unusable' ? opened.because : noPassphrase})`)
    }
  }

  async *#password(): AsyncGenerator<AnyAuthMethod> {
    if (!this.#allows('password') && !this.#allows('keyboard-interactive')) return
    const { user: username, password: configured } = this.#target
    const question = `Password for ${destination(this.#target)}: `
    const password = (configured ?? (await this.#ask?.(question, 'reuse')))?.reveal()
    if (password === undefined) return
    let accepted = false
    if (this.#allows('password')) {
      const before = this.#partial
      this.#tried.push(() => 'password')
      yield { type: 'password', username, password }
      accepted = this.#partial && !before
      // A wrong password is not tried again by another method: it would count towards a lockout.
      if (!accepted && this.#left?.includes('password')) return
      if (!accepted) this.#tried.pop()
    }
    if (!this.#allows('keyboard-interactive')) return
    this.#tried.push(() => 'keyboard-interactive')
    const prompt = answerPrompts(accepted ? undefined : password, this.#ask)
    yield { type: 'keyboard-interactive', username, prompt }
  }

  #allows(method: AuthenticationType): boolean {
    return this.#left === undefined || this.#left.includes(method)
  }

  #hint(tried: string): string {
    const file = /key (\S+) \(encrypted/.exec(tried)?.[1]
    if (file) return `Load the key into an agent: ssh-add ${file}`
    if (!tried) return 'Name a key or password in the inventory (ssh.identityFile, ssh.password), or load one: ssh-add'
    return `See what the host accepts: ${sshCommand(this.#target, '-v')}`
  }
}

type UsableKeyFile = Extract<KeyFile, { state: 'usable' }>

const noPassphrase = 'encrypted, and its passphrase was not given'

/**
 * Answers keyboard-interactive prompts (RFC 4256): the first hidden one with the password, once; the operator is asked for all
 * others (one-time codes). Without an operator they are answered with nothing, and the server refuses instead of waiting.
 */
function answerPrompts(password: string | undefined, ask: Ask | undefined): KeyboardInteractiveAuthMethod['prompt'] {
  let unused = password
  return (_name, _instructions, _language, prompts, finish) => {
    const answers = async () => {
      const given: string[] = []
      for (const { prompt, echo } of prompts) {
        if (unused !== undefined && !echo) {
          given.push(unused)
          unused = undefined
        } else given.push((await ask?.(printable(prompt)))?.reveal() ?? '')
      }
      return given
    }
    answers().then(finish, () => finish([]))
  }
}
