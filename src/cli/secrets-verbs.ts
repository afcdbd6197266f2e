import { existsSync } from 'node:fs'
import { type Editor, editStore, terminalEditor } from '../adapters/secrets/edit.ts'
import type { StoreFiles } from '../adapters/secrets/locations.ts'
import { generateSecret, type SecretStore } from '../adapters/secrets/store.ts'
import {
  askHidden,
  type Output,
  printClear,
  readPiped,
  type SecretInput,
  sameText,
} from '../adapters/secrets/terminal.ts'
import type { SecretRequirement } from '../dsl/secret-needs.ts'
import { exitCodes } from '../kernel/errors.ts'
import { nearest } from '../kernel/near.ts'
import { Secret } from '../kernel/secret.ts'
import { usageError } from './usage.ts'

/** The streams and settings a command works with; `process` is one. */
export interface SecretsIo {
  readonly stdin: SecretInput
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd?: string | undefined
  /** In place of the person's editor. */
  readonly editor?: Editor
}

/** One command about to run. */
export interface Job {
  readonly io: SecretsIo
  /** As it was typed, for the commands that are suggested. */
  readonly path: string
  readonly files: StoreFiles
  readonly store: SecretStore
  readonly needs: readonly SecretRequirement[]
  readonly name: string
  readonly names: readonly string[]
}

/** Generates what roles declare and the store lacks; tells what a person must set. */
export async function init({ io, path, files, store, needs }: Job): Promise<number> {
  const lacking = needs.filter(({ name }) => !store.get(name))
  const generated = lacking.flatMap(({ name, length }) => (length === null ? [] : [generateSecret(name, length)]))
  for (const secret of generated) store.set(secret.label, secret)
  if (generated.length > 0 || !existsSync(files.store)) await store.save()
  for (const { label } of generated) io.stdout.write(`generated ${label}\n`)
  io.stdout.write(`${files.store}: ${generated.length} generated, ${needs.length - lacking.length} there already\n`)
  const byHand = lacking.filter(({ length }) => length === null)
  if (byHand.length > 0)
    io.stdout.write(
      `To be set by hand:\n${byHand.map((need) => `  orchestrate secrets set ${path} ${need.name}   # ${whatFor(need)}\n`).join('')}`,
    )
  return exitCodes.ok
}

/** Stores one value from a pipe or a terminal. */
export async function set({ io, store, files, needs, name }: Job): Promise<number> {
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

async function askTwice(name: string, { stdin, stderr }: SecretsIo): Promise<Secret | number> {
  const answers = await askHidden([`Value of ${name} (not shown): `, 'Once more: '], stdin, stderr)
  if (!answers) return exitCodes.interrupted
  const [first, second] = answers.map((text) => new Secret(name, text))
  if (first && second && sameText(first, second)) return first
  stderr.write('The two values differ; nothing was stored. Run the command again.\n')
  return exitCodes.failed
}

/** Prints one value. */
export async function get({ io, store, path, needs, name }: Job): Promise<number> {
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
export async function edit({ io, store, files, needs }: Job): Promise<number> {
  const { changed, removed } = await editStore(store, io.editor ?? terminalEditor(io.env))
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
export async function rekey({ io, store, files, names }: Job): Promise<number> {
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
export async function list({ io, store, needs }: Job): Promise<number> {
  const unused = store.names().filter((name) => !needs.some((need) => need.name === name))
  if (needs.length + unused.length === 0) io.stderr.write('this inventory needs no secrets\n')
  const rows = [
    ...needs.map((need) => [need.name, store.get(need.name) ? 'set' : 'missing', whatFor(need)]),
    ...unused.map((name) => [name, 'set', 'nobody asks for it']),
  ]
  const width = Math.max(0, ...rows.map(([name = '']) => name.length))
  for (const [name = '', state = '', reason = ''] of rows) {
    io.stdout.write(`${name.padEnd(width)}  ${state.padEnd(7)}  ${reason}\n`)
  }
  return exitCodes.ok
}

function whatFor({ roles, places, description }: SecretRequirement): string {
  const who = [...roles.map((role) => `role ${role}`), ...places].join(', ')
  return description ? `${who}: ${description}` : who
}

/** `did you mean X?`, or all there is. */
export function suggestion(word: string, names: readonly string[]): string {
  const near = nearest(word, names)
  return near ? `did you mean ${near}?` : `there are: ${names.join(', ') || 'none'}`
}
