import { createHash } from 'node:crypto'

/** How `extras.mtaSts` may be said once it is on. */
export interface MtaSts {
  readonly mode: 'testing' | 'enforce'
  /** Seconds that senders keep the policy. */
  readonly maxAge: number
  /** Mail servers of the domains beside this host. */
  readonly mx: readonly string[]
}

/** What `true` stands for. */
const usual: MtaSts = { mode: 'testing', maxAge: 604_800, mx: [] }

/** The policy of a host's domains (RFC 8461, 3.2); none while it is off. Equal on every host that names the same servers. */
export function mtaStsPolicy(fqdn: string, said: boolean | MtaSts): string | undefined {
  if (said === false) return undefined
  const { mode, maxAge, mx } = said === true ? usual : said
  const servers = [...new Set([fqdn, ...mx])].sort()
  return ['version: STSv1', `mode: ${mode}`, ...servers.map((name) => `mx: ${name}`), `max_age: ${maxAge}`, ''].join(
    '\n',
  )
}

/** Names a policy: senders fetch it again when this changes. 1 to 32 letters and digits (RFC 8461, 3.1). */
export function mtaStsId(policy: string): string {
  return createHash('sha256').update(policy).digest('hex').slice(0, 20)
}
