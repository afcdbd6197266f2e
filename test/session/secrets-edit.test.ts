import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orchestrate-edit-'))
  writeFileSync(join(folder, 'prod.ts'), inventory)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const inventory = `
import { defineInventory, definePlaybook } from '${resolve('src/index.ts')}'
export default defineInventory({ playbook: definePlaybook({ name: 'p', plays: [] }), hosts: { a: { address: '192.0.2.1' } } })
`

/** `secrets edit` with an editor that has written where the clear text lies to `place`, and then waits. */
async function editing(): Promise<{ command: ChildProcess; said: () => string; place: string; editor: number }> {
  const marks = join(folder, 'editor')
  const script = join(folder, 'slow-editor')
  writeFileSync(script, `#!/bin/sh\necho $$ "$1" > ${marks}.new; mv ${marks}.new ${marks}; exec sleep 600\n`, {
    mode: 0o755,
  })
  const command = spawn(process.execPath, ['bin/orchestrate.js', 'secrets', 'edit', join(folder, 'prod.ts')], {
    env: { ...process.env, EDITOR: script, VISUAL: '', ORCHESTRATE_IDENTITY: join(folder, 'identity') },
  })
  let said = ''
  command.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  await expect.poll(() => existsSync(marks), { timeout: 15_000 }).toBe(true)
  const [pid, place = ''] = readFileSync(marks, 'utf8').trim().split(' ')
  expect(existsSync(place)).toBe(true)
  return { command, said: () => said, place, editor: Number(pid) }
}

test.each(['SIGHUP', 'SIGINT', 'SIGTERM'] as const)(
  '%s removes the clear text, stores nothing and ends as interrupted',
  async (signal) => {
    const { command, said, place, editor } = await editing()
    const ended = once(command, 'close')
    command.kill(signal)
    expect(await ended).toEqual([130, null])
    expect(said()).toContain('interrupted; nothing was stored')
    expect(existsSync(dirname(place))).toBe(false)
    expect(() => process.kill(editor, 0)).toThrow('ESRCH')
  },
)

test('an editor that is ended by a signal stores nothing', async () => {
  const { command, said, place, editor } = await editing()
  const ended = once(command, 'close')
  process.kill(editor, 'SIGINT')
  expect(await ended).toEqual([130, null])
  expect(said()).toContain('interrupted; nothing was stored')
  expect(existsSync(dirname(place))).toBe(false)
})
