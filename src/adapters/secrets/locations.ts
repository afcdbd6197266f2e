import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { OrchestrateError } from '../../kernel/errors.ts'

/** The two files of a secret store. */
export interface StoreFiles {
  /** The encrypted secrets; fit for version control. */
  readonly store: string
  /** The private key that opens them; stays on the controller. */
  readonly identity: string
}

/** What an inventory says about its files; relative paths are seen from the inventory. */
export interface StoreSettings {
  readonly store?: string | undefined
  readonly identity?: string | undefined
}

/** Where an inventory's secrets are: what it says itself, else `NAME.secrets.age` beside it and the user's identity. */
export function storeFiles(
  inventory: string,
  settings: StoreSettings = {},
  env: Readonly<Record<string, string | undefined>> = process.env,
): StoreFiles {
  const file = resolve(inventory)
  const seen = (path: string) => resolve(dirname(file), path.replace(/^~(?=\/|$)/, homedir()))
  const chosen = env['ORCHESTRATE_IDENTITY']
  return {
    store: settings.store ? seen(settings.store) : `${file.replace(/\.[cm]?[jt]s$/, '')}.secrets.age`,
    identity: chosen
      ? resolve(chosen)
      : settings.identity
        ? seen(settings.identity)
        : join(homedir(), '.config', 'orchestrate', 'identity'),
  }
}

/** An expected failure around these files: which file, what is wrong with it, what to do next. */
export function secretError(message: string, hint: string, cause?: unknown): OrchestrateError {
  return new OrchestrateError(message, { code: 'E_SECRET', exit: 'usage', hint, cause })
}
