import type { AnyAuthMethod, AuthenticationType, AuthHandlerMiddleware, ParsedKey } from 'ssh2'
import type { OrchestrateError } from '../../kernel/errors.ts'
import { FilteredAgent, publicHalf, sameKey } from './agent.ts'
import { failure } from './failure.ts'
import { type Identity, unlock } from './identities.ts'
import { answerPrompts } from './keyboard.ts'
import { type Ask, destination, sshCommand, type Target } from './target.ts'

/** What ssh2 takes for "nothing left to try"; its types leave it out. */
const nothingLeft = false as never

/**
 * The ways to log in, in order, each tried once: key files, agent, keys whose passphrase must be asked, password,
 * keyboard-interactive. It begins with a key at once instead of asking what is allowed, which saves a round trip.
 */
export class Authentication {
  readonly #target: Target
  readonly #ask: Ask | undefined
  #tried: (() => string)[] = []
  #left: readonly AuthenticationType[] | undefined
  #partial = false

  constructor(target: Target, ask: Ask | undefined) {
    this.#target = target
    this.#ask = ask
  }

  /** ssh2's `authHandler`, for one connection. */
  handler(identities: readonly Identity[]): AuthHandlerMiddleware {
    const ways = this.#ways(identities)
    this.#tried = []
    this.#left = undefined
    return (left, partial, next) => {
      this.#left = left ?? undefined
      this.#partial ||= partial ?? false
      const go = async () => {
        const { value } = await ways.next()
        next(value ?? nothingLeft)
      }
      // Only a connection that is gone makes this fail, and that is told elsewhere.
      go().catch(() => {})
    }
  }

  /** The error for a host that let nobody in: who, where, and what was tried. */
  refusal(cause?: unknown): OrchestrateError {
    const tried = this.#tried.map((words) => words()).join(', ')
    const message = `login refused for ${destination(this.#target)}; ${tried ? `tried ${tried}` : 'there was no key, agent or password to try'}`
    return failure({ code: 'E_AUTH', host: this.#target.name, message, hint: this.#hint(tried), cause })
  }

  async *#ways(identities: readonly Identity[]): AsyncGenerator<AnyAuthMethod, undefined> {
    const { named } = this.#target.identities
    const usable = identities.filter((identity) => identity.state === 'usable')
    for (const identity of identities) {
      if (identity.state === 'useless') this.#tried.push(() => `key ${identity.file} (${identity.because})`)
    }
    if (named) yield* this.#keys(usable)
    yield* this.#agentKeys(identities)
    if (!named) yield* this.#keys(usable)
    yield* this.#lockedKeys(identities)
    yield* this.#password()
    return undefined
  }

  *#keys(identities: readonly UsableIdentity[]): Generator<AnyAuthMethod> {
    for (const { file, key } of identities) {
      if (!this.#allows('publickey')) return
      this.#tried.push(() => `key ${file}`)
      yield { type: 'publickey', username: this.#target.user, key }
    }
  }

  async *#agentKeys(identities: readonly Identity[]): AsyncGenerator<AnyAuthMethod> {
    const { agent: path, named, only } = this.#target.identities
    if (path === undefined || !this.#allows('publickey')) return
    const offered = identities.flatMap((identity) => (named && identity.state === 'usable' ? [identity.key] : []))
    const halves = only ? await publicHalves(identities) : undefined
    const agent = new FilteredAgent(path, (key) => !holds(offered, key) && (halves === undefined || holds(halves, key)))
    this.#tried.push(() => `agent (${agent.offered === 1 ? '1 key' : `${agent.offered} keys`})`)
    yield { type: 'agent', username: this.#target.user, agent }
  }

  async *#lockedKeys(identities: readonly Identity[]): AsyncGenerator<AnyAuthMethod> {
    for (const identity of identities) {
      if (identity.state !== 'locked' || !this.#allows('publickey')) continue
      const { file, text } = identity
      const passphrase = await this.#ask?.(`Passphrase for ${file}: `, 'reuse')
      const opened = passphrase && unlock(file, text, passphrase.reveal())
      if (opened?.state === 'usable') yield* this.#keys([opened])
      else this.#tried.push(() => `key ${file} (${opened?.state === 'useless' ? opened.because : locked})`)
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
      // A wrong password is not tried a second time by other means: it would count towards a lockout.
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

type UsableIdentity = Extract<Identity, { state: 'usable' }>

const locked = 'encrypted, and its passphrase was not given'

async function publicHalves(identities: readonly Identity[]): Promise<readonly ParsedKey[]> {
  const found = await Promise.all(
    identities.map((identity) => (identity.state === 'usable' ? identity.key : publicHalf(identity.file))),
  )
  return found.filter((key) => key !== undefined)
}

function holds(keys: readonly ParsedKey[], key: ParsedKey): boolean {
  return keys.some((other) => sameKey(other, key))
}
