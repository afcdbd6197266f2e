import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { secretError } from './locations.ts'
import type { SecretStore } from './store.ts'

/** Opens a file in an editor and gives its exit status. */
export type Editor = (path: string) => Promise<number>

/** What an edit came to: names that were added or changed, and names that are gone. */
export interface Edited {
  readonly changed: readonly string[]
  readonly removed: readonly string[]
}

/** The person's own editor: $VISUAL, $EDITOR or vi; its setting may hold options, so a shell takes it apart. */
export function terminalEditor(env: Readonly<Record<string, string | undefined>>): Editor {
  const program = env['VISUAL'] || env['EDITOR'] || 'vi'
  return (path) =>
    new Promise((resolve, reject) => {
      const child = spawn('sh', ['-c', `${program} "$1"`, 'sh', path], { stdio: 'inherit' })
      child.on('error', reject)
      child.on('close', (code) => resolve(code ?? 1))
    })
}

/** Lets a person edit all secrets as one JSON object; the clear text lies in memory (/dev/shm) and only as long as needed. */
export async function editStore(store: SecretStore, edit: Editor): Promise<Edited> {
  const folder = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'orchestrate-'))
  const path = join(folder, 'secrets.json')
  try {
    const before = new Map(store.names().map((name) => [name, store.get(name)?.reveal() ?? '']))
    await writeFile(path, `${JSON.stringify(Object.fromEntries(before), undefined, 2)}\n`, { mode: 0o600 })
    const code = await edit(path)
    if (code !== 0)
      throw secretError(`the editor ended with ${code}; nothing was stored`, 'choose an editor with EDITOR')
    return applied(store, before, textsOf(await readFile(path, 'utf8')))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
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
      'the edited text is not one JSON object of texts; nothing was stored',
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
