import type { Secret } from '../../kernel/secret.ts'

/** How the bytes get to a host: straight, over other hosts, or through a local program. */
export type Route =
  | { readonly by: 'tcp' }
  | { readonly by: 'jump'; readonly hops: readonly string[] }
  | { readonly by: 'command'; readonly command: string }

/** One host to log in to, with inventory, ssh config and defaults settled. */
export interface Target {
  /** Name in messages. */
  readonly name: string
  readonly host: string
  readonly port: number
  readonly user: string
  readonly route: Route
  readonly identities: Identities
  readonly password?: Secret | undefined
  readonly knownHosts: readonly string[]
  /** Name under which its key is filed. */
  readonly knownName: string
  readonly timeoutMs: number
}

/** Where keys are looked for. */
export interface Identities {
  readonly files: readonly string[]
  /** Whether somebody named the files; default ones may be missing. */
  readonly named: boolean
  /** Only keys of these files, even from the agent (ssh_config(5), IdentitiesOnly). */
  readonly only: boolean
  readonly agent?: string | undefined
  readonly passphrase?: Secret | undefined
}

/** Asks a person for a secret; undefined means that nobody answers. */
export type Ask = (prompt: string, again?: 'reuse') => Promise<Secret | undefined>

/** `user@host:port`, as a person would look for it. */
export function destination({ user, host, port }: Target): string {
  return `${user}@${host}${port === 22 ? '' : `:${port}`}`
}

/** The ssh command that reaches the same host, for hints. */
export function sshCommand({ user, host, port, route }: Target, ...options: string[]): string {
  const jump = route.by === 'jump' ? ['-J', route.hops.join(',')] : []
  const proxy = route.by === 'command' ? ['-o', `'ProxyCommand=${route.command}'`] : []
  return ['ssh', ...options, ...jump, ...proxy, ...(port === 22 ? [] : ['-p', String(port)]), `${user}@${host}`].join(
    ' ',
  )
}
