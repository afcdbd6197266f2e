import { existsSync } from 'node:fs'
import { storeFiles } from '../adapters/secrets/locations.ts'
import { templateRenderer } from '../adapters/templates.ts'
import { type EvaluatedHost, evaluate } from '../dsl/evaluate.ts'
import { OrchestrateError } from '../kernel/errors.ts'
import { Secret } from '../kernel/secret.ts'
import type { Io } from './io.ts'
import { type LoadedInventory, loadInventory, templateRoots } from './load.ts'

/** An inventory with everything that can be known of its hosts without a network. */
export interface Evaluated extends LoadedInventory {
  readonly hosts: readonly EvaluatedHost[]
  secret(name: string): Secret | undefined
}

/** Loads and evaluates an inventory for real work: every secret must be there. */
export async function evaluateInventory(path: string, io: Io): Promise<Evaluated> {
  const loaded = await loadInventory(path, io.cwd)
  return evaluateWith(loaded, await secretsOf(loaded, io))
}

/** The same for looking only: where the store cannot be opened, secrets are stood in for, as they are never shown. */
export async function evaluateOffline(path: string, io: Io): Promise<Evaluated> {
  const loaded = await loadInventory(path, io.cwd)
  const known = await secretsOf(loaded, io).catch((error: unknown) => {
    if (OrchestrateError.is(error) && error.code === 'E_SECRET') return () => undefined
    throw error
  })
  return evaluateWith(loaded, (name) => known(name) ?? new Secret(name, 'not-known-here'))
}

function evaluateWith(loaded: LoadedInventory, secret: Evaluated['secret']): Evaluated {
  const template = templateRenderer(templateRoots(loaded))
  const hosts = evaluate(loaded.inventory, { template, secret })
  return { ...loaded, hosts, secret }
}

async function secretsOf({ inventory, file }: LoadedInventory, { env }: Io): Promise<Evaluated['secret']> {
  const files = storeFiles(file, inventory.secrets, env)
  if (!existsSync(files.store)) return () => undefined
  // The age library is only worth its loading time where there is something to decrypt.
  const { openStore } = await import('../adapters/secrets/store.ts')
  const store = await openStore(files)
  return (name) => store.get(name)
}
