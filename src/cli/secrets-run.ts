import { existsSync } from 'node:fs'
import { editStore, terminalEditor } from '../adapters/secrets/edit.ts'
import { ensureIdentity } from '../adapters/secrets/identity.ts'
import { type StoreFiles, storeFiles } from '../adapters/secrets/locations.ts'
import { generateSecret, openStore, type SecretStore } from '../adapters/secrets/store.ts'
import { askHidden, printClear, readPiped, sameText } from '../adapters/secrets/terminal.ts'
import { type SecretRequirement, secretNeeds } from '../dsl/secret-needs.ts'
import { exitCodes, OrchestrateError } from '../kernel/errors.ts'
import { nearest } from '../kernel/near.ts'
import { Secret } from '../kernel/secret.ts'
import { askedBy, secretsText } from '../report/inventory.ts'
import type { Io } from './io.ts'
import { loadInventory } from './load.ts'
import { usageError } from './usage.ts'

/** What can be done with the secrets of an inventory. */
export type SecretsVerb = 'init' | 'set' | 'get' | 'edit' | 'list' | 'rekey'

/** What `orchestrate secrets` is asked. */
export interface SecretsRequest {
  readonly verb: SecretsVerb
  /** Path as it was typed. */
  readonly inventory: string
  /** The secret's name, or the recipients of `rekey`. */
  readonly names: readonly string[]
}

interface Job {
  readonly io: Io
  /** As it was typed, for the commands that are suggested. */
  readonly path: string
  readonly files: StoreFiles
  readonly store: SecretStore
  readonly needs: readonly SecretRequirement[]
  readonly name: string
  readonly names: readonly string[]
}

/** Runs one command on the secret store of an inventory; gives the exit code. */
export async function runSecrets({ verb, inventory: path, names }: SecretsRequest, io: Io): Promise<number> {
  const { inventory, file } = await loadInventory(path, io.cwd)
  const needs = secretNeeds(inventory)
  const files = storeFiles(file, inventory.secrets, io.env)
  const { run, writes } = verbs[verb]
  // Who writes needs an identity, so it is made before anybody types a value.
  if (writes) await prepare(files, io)
  return run({ io, path, files, name: names[0] ?? '', names, needs, store: await openStore(files) })
}

async function prepare(files: StoreFiles, { stdout, stderr }: Io): Promise<void> {
  if (existsSync(files.store) && !existsSync(files.identity)) {
    throw new OrchestrateError(`${files.store} exists, but the identity ${files.identity} that opens it does not`, {
      code: 'E_SECRET',
      exit: 'usage',
      hint: 'copy the identity that the store was made with to this path, or remove the store to start with an empty one',
    })
  }
  const { identity, made } = await ensureIdentity(files.identity)
  if (!made) return
  stdout.write(`made identity ${files.identity}\n`)
  stderr.write(
    `Keep a copy of this file in a safe place: without it nobody can open the store. Its public part is ${identity.recipient}\n`,
  )
}

/** Generates what roles declare and the store lacks; tells what a person must set. */
async function init({ io, path, files, store, needs }: Job): Promise<number> {
  const lacking = needs.filter(({ name }) => !store.get(name))
  const generated = lacking.flatMap(({ name, length }) => (length === null ? [] : [generateSecret(name, length)]))
  for (const secret of generated) store.set(secret.label, secret)
  if (generated.length > 0 || !existsSync(files.store)) await store.save()
  for (const { label } of generated) io.stdout.write(`generated ${label}\n`)
  io.stdout.write(`${files.store}: ${generated.length} generated, ${needs.length - lacking.length} there already\n`)
  const byHand = lacking.filter(({ length }) => length === null)
  if (byHand.length > 0)
    io.stdout.write(
      `To be set by hand:\n${byHand.map((need) => `  orchestrate secrets set ${path} ${need.name}   # ${askedBy(need)}\n`).join('')}`,
    )
  return exitCodes.ok
}

/** Stores one value from a pipe or a terminal. */
async function set({ io, store, files, needs, name }: Job): Promise<number> {
  if (!needs.some((need) => need.name === name)) {
    throw usageError(
      `no role and no secret('…') of this inventory asks for "${name}"`,
      suggestion(
        name,
        needs.map((need) => need.name),
      ),
    )
  }
  const value = io.stdin.isTTY ? await askTwice(name, io) : await readPiped(name, io.stdin)
  if (typeof value === 'number') return value
  if (sameText(value, ''))
    throw usageError(
      'the value is empty; nothing was stored',
      `pipe it in, e.g. \`orchestrate secrets set … ${name} <FILE\``,
    )
  store.set(name, value)
  await store.save()
  io.stderr.write(`stored ${name} in ${files.store}\n`)
  return exitCodes.ok
}

async function askTwice(name: string, { stdin, stderr }: Io): Promise<Secret | number> {
  const answers = await askHidden([`Value of ${name} (not shown): `, 'Once more: '], stdin, stderr)
  if (!answers) return exitCodes.interrupted
  const [first, second] = answers.map((text) => new Secret(name, text))
  if (first && second && sameText(first, second)) return first
  stderr.write('The two values differ; nothing was stored. Run the command again.\n')
  return exitCodes.failed
}

/** Prints one value. */
async function get({ io, store, path, needs, name }: Job): Promise<number> {
  const secret = store.get(name)
  if (!secret) {
    const declared = needs.some((need) => need.name === name)
    const hint = declared
      ? `run \`orchestrate secrets init ${path}\` or \`orchestrate secrets set ${path} ${name}\``
      : suggestion(name, store.names())
    throw usageError(`the store has no "${name}"`, hint)
  }
  if (io.stdout.isTTY) io.stderr.write('The value is shown in clear on this terminal and stays in its scrollback.\n')
  printClear(secret, io.stdout)
  return exitCodes.ok
}

/** Lets a person edit all values at once. */
async function edit({ io, store, files, needs }: Job): Promise<number> {
  const { changed, removed } = await editStore(store, terminalEditor(io.env))
  if (changed.length + removed.length > 0) await store.save()
  for (const name of changed.filter((one) => !needs.some((need) => need.name === one))) {
    io.stderr.write(
      `nobody asks for ${name}; ${suggestion(
        name,
        needs.map((need) => need.name),
      )}\n`,
    )
  }
  io.stderr.write(`${files.store}: ${changed.length} changed, ${removed.length} removed\n`)
  return exitCodes.ok
}

/** Chooses who can open the store. */
async function rekey({ io, store, files, names }: Job): Promise<number> {
  const before = store.recipients()
  store.rekey(names)
  await store.save()
  const after = store.recipients()
  io.stdout.write(`${files.store} is encrypted for:\n${after.map((one) => `  ${one}\n`).join('')}`)
  if (before.some((one) => !after.includes(one))) {
    io.stderr.write('Somebody can no longer open it, but knows what was in it: change those secrets.\n')
  }
  return exitCodes.ok
}

/** Names, states and who asks for them. */
async function list({ io, store, needs }: Job): Promise<number> {
  const text = secretsText(needs, store.names())
  if (text === '') io.stderr.write('this inventory needs no secrets\n')
  io.stdout.write(text)
  return exitCodes.ok
}

/** `did you mean X?`, or all there is. */
function suggestion(word: string, names: readonly string[]): string {
  const near = nearest(word, names)
  return near ? `did you mean ${near}?` : `there are: ${names.join(', ') || 'none'}`
}

const verbs: Readonly<Record<SecretsVerb, { readonly run: (job: Job) => Promise<number>; readonly writes: boolean }>> =
  {
    init: { run: init, writes: true },
    set: { run: set, writes: true },
    get: { run: get, writes: false },
    edit: { run: edit, writes: true },
    list: { run: list, writes: false },
    rekey: { run: rekey, writes: true },
  }
