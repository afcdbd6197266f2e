import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { storeFiles } from '../adapters/secrets/locations.ts'
import { templateRenderer } from '../adapters/templates.ts'
import { type EvaluatedHost, inspect } from '../dsl/evaluate.ts'
import { missingSecrets } from '../dsl/inventory-problems.ts'
import { DeclarationError, OrchestrateError, type Problem } from '../kernel/errors.ts'
import { Secret } from '../kernel/secret.ts'
import { configFileProblems } from './connection.ts'
import type { Io } from './io.ts'
import { type LoadedInventory, loadInventory, templateRoots } from './load.ts'

/** An inventory with everything that can be known of its hosts without a network. */
export interface Evaluated extends LoadedInventory {
  readonly hosts: readonly EvaluatedHost[]
  secret(name: string): Secret | undefined
}

/** Loads and evaluates an inventory for real work: every secret must be there. All mistakes are told together. */
export async function evaluateInventory(path: string, io: Io): Promise<Evaluated> {
  const loaded = await loadInventory(path, io.cwd)
  const { secret, failure } = await secretsOf(loaded, io)
  // The rest is evaluated in spite of a store that cannot be opened.
  const { hosts, problems } = evaluated(loaded, failure ? standIn : secret)
  const files = configFileProblems(
    hosts.map(({ facts }) => facts.name),
    loaded,
  )
  if (failure && problems.length + files.length === 0) throw failure
  refuse([...problems, ...files, ...storeProblems(failure)])
  return { ...loaded, hosts, secret }
}

/** The same for looking only: where the store cannot be opened, secrets are stood in for, as they are never shown. */
export async function evaluateOffline(path: string, io: Io): Promise<Evaluated> {
  const loaded = await loadInventory(path, io.cwd)
  const { secret } = await secretsOf(loaded, io)
  const known = (name: string) => secret(name) ?? standIn(name)
  const { hosts, problems } = evaluated(loaded, known)
  refuse(problems)
  return { ...loaded, hosts, secret: known }
}

function evaluated(
  loaded: LoadedInventory,
  secret: Evaluated['secret'],
): { hosts: readonly EvaluatedHost[]; problems: readonly Problem[] } {
  const template = templateRenderer(templateRoots(loaded))
  const { hosts, problems, missing } = inspect(loaded.inventory, { template, secret })
  return {
    hosts,
    problems: [...problems.map(withPage), ...missingSecrets(missing, loaded.path)],
  }
}

/** Points to the page of the options, where this package has one for the section. */
function withPage(problem: Problem): Problem {
  const { says, section } = problem
  const page = `docs/options/${section}.md`
  const full = fileURLToPath(new URL(`../../${page}`, import.meta.url))
  return says !== undefined && section !== undefined && existsSync(full)
    ? { ...problem, says: `${says}, see ${page}` }
    : problem
}

function standIn(name: string): Secret {
  return new Secret(name, 'not-known-here')
}

function storeProblems(failure: OrchestrateError | undefined): Problem[] {
  if (!failure) return []
  return [{ place: 'secrets', found: failure.message, allowed: failure.hint ?? 'a store that can be opened' }]
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new DeclarationError(problems)
}

interface Secrets {
  readonly secret: Evaluated['secret']
  /** Why the store cannot be opened. */
  readonly failure?: OrchestrateError
}

async function secretsOf({ inventory, file }: LoadedInventory, { env }: Io): Promise<Secrets> {
  const nothing = () => undefined
  // Settings that are no paths are told with all other mistakes.
  if (!isSound(inventory.secrets)) return { secret: nothing }
  const files = storeFiles(file, inventory.secrets, env)
  if (!existsSync(files.store)) return { secret: nothing }
  try {
    // The age library is only worth its loading time where there is something to decrypt.
    const { openStore } = await import('../adapters/secrets/store.ts')
    const store = await openStore(files)
    return { secret: (name) => store.get(name) }
  } catch (error) {
    if (OrchestrateError.is(error) && error.code === 'E_SECRET') return { secret: nothing, failure: error }
    throw error
  }
}

function isSound(settings: unknown): boolean {
  if (settings === undefined) return true
  if (typeof settings !== 'object' || settings === null) return false
  return Object.values(settings).every((path) => path === undefined || typeof path === 'string')
}
