import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as lab from '../lab/index.ts'
import { FlightCounter } from '../session/flights.ts'
import { onHost } from './support/hosts.ts'
import { orchestrate, reported, start } from './support/orchestrate.ts'
import { configThrough } from './support/port.ts'
import { ownSecrets } from './support/secrets.ts'

const inventory = 'test/e2e/fixtures/fleet.ts'
let folder: string
let counter: FlightCounter | undefined
let env: NodeJS.ProcessEnv
let secrets: Awaited<ReturnType<typeof ownSecrets>>

/** Client flights of one command on mx1, everything from the TCP connection to its end. */
async function flights(args: readonly string[], more: NodeJS.ProcessEnv) {
  counter?.restart()
  const ended = await start([...args, inventory, '--limit', 'mx1', '--format', 'json'], { env: { ...env, ...more } })
    .ended
  return { flights: counter?.flights ?? 0, code: ended.code, host: reported(ended).get('mx1') }
}

beforeAll(async () => {
  await lab.requireLab()
  secrets = await ownSecrets(inventory)
  expect((await orchestrate('apply', inventory, '--yes', '--limit', 'mx1')).code).toBe(0)
  folder = await mkdtemp(join(tmpdir(), 'orchestrate-budget-'))
  counter = await FlightCounter.start({ port: 22, host: lab.standardHost(1).ip, quietMs: 60 })
  env = { TEST_SSH_CONFIG: await configThrough(counter.port, folder) }
})
afterAll(async () => {
  await counter?.stop()
  await secrets.drop()
  await rm(folder, { recursive: true, force: true })
})

describe('client flights', () => {
  it('are as many for 300 resources as for 30, within the budget', async () => {
    const few = { TEST_PADDING: '0' }
    const many = { TEST_PADDING: '270' }

    const made = await flights(['apply', '--yes'], many)
    expect(made).toMatchObject({ code: 0, host: { status: 'changed', changed: 270 } })
    const noopMany = await flights(['apply', '--yes'], many)
    expect(noopMany).toMatchObject({ code: 0, host: { status: 'converged' } })
    const driftMany = await flights(['drift'], many)
    expect(driftMany.code).toBe(0)

    const noopFew = await flights(['apply', '--yes'], few)
    expect(noopFew).toMatchObject({ code: 0, host: { status: 'converged' } })
    await onHost('mx1', 'echo drift >> /etc/sample/one.conf')
    const repaired = await flights(['apply', '--yes'], few)
    expect(repaired).toMatchObject({ code: 0, host: { status: 'changed', changed: 1 } })

    const counted = {
      noopFew: noopFew.flights,
      noopMany: noopMany.flights,
      driftMany: driftMany.flights,
      repaired: repaired.flights,
      made: made.flights,
    }
    process.stderr.write(`client flights: ${JSON.stringify(counted)}\n`)
    expect(noopMany.flights).toBe(noopFew.flights)
    expect(noopFew.flights).toBeLessThanOrEqual(10)
    expect(driftMany.flights).toBe(noopFew.flights)
    // One changed role each: 12 + 4.
    expect(repaired.flights).toBeLessThanOrEqual(16)
  })
})
