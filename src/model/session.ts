import type { Secret } from '../kernel/secret.ts'
import type { Script } from '../kernel/sh.ts'

/** The end of one framed command. `code` is the script's exit status; a lost connection is an error, never a result. */
export interface Finished {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** How one framed command is run. */
export interface RunOptions {
  readonly signal?: AbortSignal | undefined
  /** Time limit in milliseconds; over it the session is closed and E_TIMEOUT thrown. */
  readonly timeoutMs?: number | undefined
  /** Every line of stdout as it arrives. */
  readonly onLine?: ((line: string) => void) | undefined
  /** Bytes that travel beside the script, each kept in a root-only file whose path the script finds in `$blob_NAME`. */
  readonly blobs?: ReadonlyMap<string, Uint8Array> | undefined
}

/** One SSH connection with one elevated shell. Commands run one after the other. */
export interface Session {
  readonly host: string
  run(script: Script, options?: RunOptions): Promise<Finished>
  close(): Promise<void>
}

/** How a host is reached: the inventory's `ssh` entries merged (host over group over inventory). */
export interface Connection {
  /** Name or address to connect to; the alias looked up in the ssh config is the same text. */
  readonly address: string
  readonly port?: number | undefined
  readonly user?: string | undefined
  /** Path of a private key; `~` is expanded. */
  readonly identityFile?: string | undefined
  readonly passphrase?: Secret | undefined
  readonly password?: Secret | undefined
  /** Password for sudo, if sudo asks; the login password is not tried. */
  readonly sudoPassword?: Secret | undefined
  /** Path of the ssh config to read; default `~/.ssh/config`, missing is fine. `none` reads none. */
  readonly configFile?: string | undefined
  /** Path(s) of known_hosts; default the config's UserKnownHostsFile, else `~/.ssh/known_hosts`. */
  readonly knownHosts?: string | undefined
  readonly proxyJump?: string | undefined
  readonly proxyCommand?: string | undefined
  /** Seconds for connect and login together, default 20. */
  readonly connectTimeout?: number | undefined
}
