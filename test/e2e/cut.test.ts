import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import * as lab from '../lab/index.ts'
import * as gate from './support/gate.ts'
import { leftovers } from './support/hosts.ts'
import { orchestrate, reported, start } from './support/orchestrate.ts'
import { configThrough } from './support/port.ts'
import { ownSecrets } from './support/secrets.ts'

const inventory = 'test/e2e/fixtures/fleet.ts'
const sockets = new Set<Socket>()
let folder: string
let server: Server
let secrets: Awaited<ReturnType<typeof ownSecrets>>

beforeAll(async () => {
  await lab.requireLab()
  await gate.open('mx1')
  secrets = await ownSecrets(inventory)
  expect((await orchestrate('apply', inventory, '--yes', '--limit', 'mx1')).code).toBe(0)
  folder = await mkdtemp(join(tmpdir(), 'orchestrate-cut-'))
  server = createServer((client) => {
    const host = connect(22, lab.standardHost(1).ip)
    for (const socket of [client, host]) sockets.add(socket.on('error', () => {}))
    client.pipe(host).pipe(client)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(async () => {
  server.close()
  await secrets.drop()
  await rm(folder, { recursive: true, force: true })
})

it('a connection cut in the middle of an apply is an error; the next apply converges and the restart is not lost', async () => {
  const env = {
    TEST_SSH_CONFIG: await configThrough((server.address() as AddressInfo).port, folder),
    TEST_INTERVAL: '90',
  }
  const apply = ['apply', inventory, '--yes', '--limit', 'mx1', '--roles', 'sample', '--format', 'json']
  await gate.shut('mx1')
  const running = start(apply, { env })
  await gate.reached('mx1')
  for (const socket of sockets) socket.resetAndDestroy()
  const ended = await running.ended
  expect(ended.code).toBe(3)
  expect(reported(ended).get('mx1')).toMatchObject({ status: 'unreachable', code: 'E_LOST' })

  await gate.open('mx1')
  expect((await start(apply, { env }).ended).code).toBe(0)
  expect(await gate.loaded('mx1')).toBe(true)
  expect(await leftovers('mx1')).toBe('')
})
