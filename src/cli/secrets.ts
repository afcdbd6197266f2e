import { existsSync } from 'node:fs'
import { ensureIdentity } from '../adapters/secrets/identity.ts'
import { type StoreFiles, storeFiles } from '../adapters/secrets/locations.ts'
import { openStore } from '../adapters/secrets/store.ts'
import { secretNeeds } from '../dsl/secret-needs.ts'
import { exitCodes, OrchestrateError } from '../kernel/errors.ts'
import { errorText } from '../report/errors.ts'
import { plainPaint } from '../report/layout.ts'
import { loadInventory } from './load.ts'
import { edit, get, init, type Job, list, rekey, type SecretsIo, set, suggestion } from './secrets-verbs.ts'
import { usageError } from './usage.ts'

const help = `Usage: orchestrate secrets COMMAND INVENTORY [NAME…]

Passwords and keys of an inventory, encrypted with age beside it. Nothing is contacted.

  init INVENTORY            make identity and store, generate every secret that roles declare and the store lacks
  set INVENTORY NAME        store a value from stdin, or asked for on the terminal; never from the command line
  get INVENTORY NAME        print a value
  edit INVENTORY            all values in your editor, as JSON that is never on disk
  list INVENTORY            names, who needs them, and which are missing
  rekey INVENTORY [AGE1…]   encrypt the store anew for you and these age recipients, and for nobody else

The store is NAME.secrets.age beside NAME.ts and fit for version control. The identity that opens it is
~/.config/orchestrate/identity, or $ORCHESTRATE_IDENTITY; keep a copy of it in a safe place.
`

interface Command {
  readonly run: (job: Job) => Promise<number>
  /** Words it takes after its own name. */
  readonly takes: string
  readonly most: number
}

const commands: Readonly<Record<string, Command>> = {
  init: { run: init, takes: 'INVENTORY', most: 1 },
  set: { run: set, takes: 'INVENTORY and NAME', most: 2 },
  get: { run: get, takes: 'INVENTORY and NAME', most: 2 },
  edit: { run: edit, takes: 'INVENTORY', most: 1 },
  list: { run: list, takes: 'INVENTORY', most: 1 },
  rekey: { run: rekey, takes: 'INVENTORY and age recipients', most: Number.POSITIVE_INFINITY },
}

const writing = ['init', 'set', 'edit', 'rekey']

/** `orchestrate secrets …`; gives the exit code. */
export async function secretsCommand(args: readonly string[], io: SecretsIo): Promise<number> {
  try {
    return await dispatch(args, io)
  } catch (error) {
    if (!OrchestrateError.is(error)) throw error
    io.stderr.write(errorText(error, plainPaint))
    return exitCodes[error.exit]
  }
}

async function dispatch(args: readonly string[], io: SecretsIo): Promise<number> {
  const [verb = '', ...words] = args
  if (verb === '' || args.some((word) => word === '--help' || word === '-h')) {
    io.stdout.write(help)
    return verb === '' ? exitCodes.usage : exitCodes.ok
  }
  const command = Object.hasOwn(commands, verb) ? commands[verb] : undefined
  if (!command) throw usageError(`unknown command "${verb}"`, suggestion(verb, Object.keys(commands)))
  checkWords(verb, words, command)
  const [path = '', ...names] = words
  const [name = ''] = names
  const { inventory, file } = await loadInventory(path, io.cwd ?? process.cwd())
  const files = storeFiles(file, inventory.secrets, io.env)
  const needs = secretNeeds(inventory)
  // Who writes needs an identity, so it is made before anybody types a value.
  if (writing.includes(verb)) await prepare(files, io)
  return command.run({ io, path, files, name, names, needs, store: await openStore(files) })
}

function checkWords(verb: string, words: readonly string[], { takes, most }: Command): void {
  const [, name = ''] = words
  if (verb === 'set' && (words.length > 2 || name.includes('='))) {
    throw usageError(
      'a value on the command line can be read in the shell history and the process list; nothing was stored',
      `run \`orchestrate secrets set ${words[0]} ${name.split('=')[0]}\` and type it, or pipe it in; and change that value if it is in use`,
    )
  }
  const least = takes.includes('NAME') ? 2 : 1
  if (words.length < least || words.length > most)
    throw usageError(`${verb} takes ${takes}`, 'run `orchestrate secrets --help`')
}

async function prepare(files: StoreFiles, { stdout, stderr }: SecretsIo): Promise<void> {
  if (existsSync(files.store) && !existsSync(files.identity)) {
    throw new OrchestrateError(`${files.store} exists, but the identity ${files.identity} that opens it does not`, {
      code: 'E_SECRET',
      exit: 'usage',
      hint: 'copy the identity that the store was made with to this path, or remove the store to begin anew',
    })
  }
  const { identity, made } = await ensureIdentity(files.identity)
  if (!made) return
  stdout.write(`made identity ${files.identity}\n`)
  stderr.write(
    `Keep a copy of this file in a safe place: without it nobody can open the store. Its public part is ${identity.recipient}\n`,
  )
}
