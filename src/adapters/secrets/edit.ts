import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { OrchestrateError } from '../../kernel/errors.ts'
import { secretError } from './locations.ts'
import type { SecretStore } from './store.ts'

/** Opens a file in an editor and gives its exit status, 128 and the signal's number if a signal ended it. Ends when aborted. */
export type Editor = (path: string, signal: AbortSignal) => Promise<number>

/** The result of an edit: names that were added or changed, and names that were removed. */
export interface Edited {
  readonly changed: readonly string[]
  readonly removed: readonly string[]
}

/** The operator's editor: $VISUAL, $EDITOR or vi. The setting may hold options and variables, so a shell and env(1) parse it. */
export function terminalEditor(env: Readonly<Record<string, string | undefined>>): Editor {
  const program = env['VISUAL'] || env['EDITOR'] || 'vi'
  return (path, signal) =>
    new Promise((resolve, reject) => {
      const child = spawn('sh', ['-c', `exec env ${program} "$1"`, 'sh', path], { stdio: 'inherit' })
      signal.addEventListener('abort', () => child.kill('SIGHUP'))
      child.on('error', reject)
      child.on('close', (code, name) => resolve(code ?? 128 + (name ? constants.signals[name] : 0)))
    })
}

/**
 * Lets the operator edit all secrets as one JSON object. The clear text is in memory (/dev/shm) and removed on every way out
 * but SIGKILL.
 */
export async function editStore(store: SecretStore, edit: Editor): Promise<Edited> {
  const stop = new AbortController()
  let folder: string | undefined
  const remove = () => folder && rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  // Ctrl-C on a terminal is for the editor, which has received it too.
  const onSignal = (name: NodeJS.Signals) => (name === 'SIGINT' && process.stdin.isTTY) || stop.abort()
  for (const name of endingSignals) process.on(name, onSignal)
  process.on('exit', remove)
  try {
    folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'orchestrate-'))
    const path = join(folder, 'secrets.json')
    const before = new Map(store.names().map((name) => [name, store.get(name)?.reveal() ?? '']))
    writeFileSync(path, `${JSON.stringify(Object.fromEntries(before), undefined, 2)}\n`, { mode: 0o600 })
    const code = await Promise.race([edit(path, stop.signal), notEnding(stop.signal)])
    if (stop.signal.aborted || isEndingSignal(code)) throw interrupted()
    if (code !== 0)
      throw secretError(`the editor ended with ${code}; nothing was stored`, 'choose an editor with EDITOR')
    return applied(store, before, textsOf(readFileSync(path, 'utf8')))
  } finally {
    remove()
    process.off('exit', remove)
    for (const name of endingSignals) process.off(name, onSignal)
  }
}

const endingSignals = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const

/** How long an editor that was told to end may take. */
const endMs = 1_000

/** Waits for the editor's end no longer than `endMs` after the abort: the clear text must go. */
function notEnding(signal: AbortSignal): Promise<number> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => setTimeout(() => resolve(128), endMs).unref())
  })
}

function isEndingSignal(code: number): boolean {
  return endingSignals.some((name) => code === 128 + constants.signals[name])
}

function interrupted(): OrchestrateError {
  return new OrchestrateError('interrupted; nothing was stored', { code: 'E_INTERRUPTED', exit: 'interrupted' })
}

function applied(store: SecretStore, before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): Edited {
  const changed = [...after].filter(([name, text]) => before.get(name) !== text)
  const removed = [...before.keys()].filter((name) => !after.has(name))
  for (const [name, text] of changed) store.set(name, text)
  for (const name of removed) store.remove(name)
  return { changed: changed.map(([name]) => name), removed }
}

function textsOf(json: string): ReadonlyMap<string, string> {
  const refuse = () =>
    secretError(
      'the edited file is not one JSON object of strings; nothing was stored',
      'run the command again and keep the form `"NAME": "VALUE"`',
    )
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    // The parser's own message would quote a secret.
    throw refuse()
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse()
  const entries = Object.entries(value).map(([name, text]: [string, unknown]) => {
    if (typeof text !== 'string' || text === '') throw refuse()
    return [name, text] as const
  })
  return new Map(entries)
}
