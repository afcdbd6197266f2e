import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import { start } from './support/orchestrate.ts'

it('lists ten different mistakes at once, exits 64 and makes no connection', async () => {
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    socket.destroy()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const env = { TEST_PORT: String(port) }
  for (const command of [['drift'], ['apply', '--yes']]) {
    const ended = await start([...command, 'test/e2e/fixtures/mistakes.ts'], { env }).ended
    expect(ended.code).toBe(64)
    expect(ended.stdout).toBe('')
    expect(ended.stderr.replaceAll(/ +/g, ' ')).toMatchInlineSnapshot()
  }
  server.close()
  expect(connections).toBe(0)
})
