import type { Secret } from '../../kernel/secret.ts'

/** How the connection to a host is made: directly, through other hosts, or through a local program. */
export type Route =
  | { readonly by: 'tcp' }
  | { readonly by: 'jump'; readonly hops: readonly string[] }
  | { readonly by: 'command'; readonly command: string }

/** One host to log in to, with inventory, ssh config and defaults resolved. */
export interface SshTarget {
  /** Name in messages. */
  readonly name: string
  readonly host: string
  readonly port: number
  readonly user: string
  readonly route: Route
  readonly keys: KeySettings
  readonly password?: Secret | undefined
  /** Paths of known_hosts files. */
  readonly knownHosts: readonly string[]
  /** Name under which its host key is filed in known_hosts. */
  readonly knownName: string
  /** Time limit for connecting and logging in, in milliseconds. */
  readonly timeoutMs: number
}

/** Which keys are tried for the login. */
export interface KeySettings {
  /** Paths of private keys. */
  readonly files: readonly string[]
  /** Whether the inventory or the ssh config names the files; default files may be missing. */
  readonly named: boolean
  /** Only keys of these files, even from the agent (ssh_config(5), IdentitiesOnly). */
  readonly only: boolean
  /** Path of the agent's socket. */
  readonly agent?: string | undefined
  readonly passphrase?: Secret | undefined
}

/** Asks the operator for a secret; undefined if there is no answer. `reuse`: the answer holds for the whole run. */
export type Ask = (prompt: string, again?: 'reuse') => Promise<Secret | undefined>

/** `user@host`, with the port unless it is 22. */
export function destination({ user, host, port }: SshTarget): string {
  return `${user}@${host}${port === 22 ? '' : `:${port}`}`
}

/** The ssh command that reaches the same host, for hints. */
export function sshCommand({ user, host, port, route }: SshTarget, ...options: string[]): string {
  const jump = route.by === 'jump' ? ['-J', route.hops.join(',')] : []
  const proxy = route.by === 'command' ? ['-o', `'ProxyCommand=${route.command}'`] : []
  return ['ssh', ...options, ...jump, ...proxy, ...(port === 22 ? [] : ['-p', String(port)]), `${user}@${host}`].join(
    ' ',
  )
}
