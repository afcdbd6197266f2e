import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestKey } from './keys.ts'

/** A real ssh-agent that holds keys. */
export interface TestAgent {
  readonly socket: string
  stop(): void
}

/** Starts an agent in the foreground and loads keys into it. */
export async function startAgent(keys: readonly TestKey[]): Promise<TestAgent> {
  const folder = mkdtempSync(join(tmpdir(), 'orchestrate-agent-'))
  const socket = join(folder, 'agent')
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' })
  const exited = new Promise((resolve) => agent.on('exit', resolve))
  while (!existsSync(socket)) await Promise.race([new Promise(setImmediate), exited])
  for (const { file } of keys) execFileSync('ssh-add', ['-q', file], { env: { ...process.env, SSH_AUTH_SOCK: socket } })
  return {
    socket,
    stop: () => {
      agent.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
