import { readFile } from 'node:fs/promises'
import ssh2, { type IdentityCallback, type ParsedKey, type SignCallback, type SigningRequestOptions } from 'ssh2'

/** The ssh-agent, showing only the keys we want to offer. One that does not answer has none: it is a help, not a condition. */
export class FilteredAgent extends ssh2.BaseAgent<ParsedKey> {
  readonly #agent: ssh2.OpenSSHAgent
  readonly #wanted: (key: ParsedKey) => boolean
  /** How many keys were offered, for the error message. */
  offered = 0

  constructor(path: string, wanted: (key: ParsedKey) => boolean) {
    super()
    this.#agent = new ssh2.OpenSSHAgent(path)
    this.#wanted = wanted
  }

  override getIdentities(done: IdentityCallback<ParsedKey>): void {
    this.#agent.getIdentities((error, keys) => {
      const wanted = error ? [] : (keys ?? []).filter(isParsed).filter(this.#wanted)
      this.offered = wanted.length
      done(undefined, wanted)
    })
  }

  override sign(
    key: ParsedKey,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    done?: SignCallback,
  ): void {
    if (typeof options === 'function') this.#agent.sign(key, data, options)
    else this.#agent.sign(key, data, options, done)
  }
}

/** The public half of an identity file (`FILE.pub`), if it lies there. */
export async function publicHalf(file: string): Promise<ParsedKey | undefined> {
  const text = await readFile(`${file}.pub`).catch(() => undefined)
  const key = text && ssh2.utils.parseKey(text)
  return key instanceof Error ? undefined : key
}

/** Whether two keys have the same public half. */
export function sameKey(a: ParsedKey, b: ParsedKey): boolean {
  return a.getPublicSSH().equals(b.getPublicSSH())
}

/** ssh2's type allows raw keys as well; its own agent always gives parsed ones. */
function isParsed(key: object): key is ParsedKey {
  return 'getPublicSSH' in key
}
