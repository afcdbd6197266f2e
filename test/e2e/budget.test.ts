import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as lab from '../lab/index.ts'
import { RoundTripCounter } from '../session/round-trips.ts'
import { onHost } from './support/hosts.ts'
import { orchestrate, reported, start } from './support/orchestrate.ts'
import { configThrough } from './support/port.ts'
import { ownSecrets } from './support/secrets.ts'

const inventory = 'test/e2e/fixtures/fleet.ts'
let folder: string
let counter: RoundTripCounter | undefined
let env: NodeJS.ProcessEnv
let secrets: Awaited<ReturnType<typeof ownSecrets>>

// ssh2 asks for a sign of life every 15 s, which a slow machine sees more often; nobody waits for the answer.
const keepaliveBytes = 52

/** Network round trips of one command on mx1, everything from the TCP connection to its end. */
async function roundTrips(args: readonly string[], more: NodeJS.ProcessEnv) {
  counter?.restart()
  const ended = await start([...args, inventory, '--limit', 'mx1', '--format', 'json'], { env: { ...env, ...more } })
    .ended
  const waitedFor = counter?.sizes.filter((bytes) => bytes !== keepaliveBytes) ?? []
  return { roundTrips: waitedFor.length, code: ended.code, host: reported(ended).get('mx1') }
}

beforeAll(async () => {
  await lab.requireLab()
  secrets = await ownSecrets(inventory)
  expect((await orchestrate('apply', inventory, '--yes', '--limit', 'mx1')).code).toBe(0)
  folder = await mkdtemp(join(tmpdir(), 'orchestrate-budget-'))
  counter = await RoundTripCounter.start({ port: 22, host: lab.standardHost(1).ip, quietMs: 60 })
  env = { TEST_SSH_CONFIG: await configThrough(counter.port, folder) }
})
afterAll(async () => {
  await counter?.stop()
  await secrets.drop()
  await rm(folder, { recursive: true, force: true })
})

describe('network round trips', () => {
  it('are as many for 300 resources as for 30, within the budget', async () => {
    const few = { TEST_PADDING: '0' }
    const many = { TEST_PADDING: '270' }

    const made = await roundTrips(['apply', '--yes'], many)
    expect(made).toMatchObject({ code: 0, host: { status: 'changed', changed: 270 } })
    const noopMany = await roundTrips(['apply', '--yes'], many)
    expect(noopMany).toMatchObject({ code: 0, host: { status: 'converged' } })
    const driftMany = await roundTrips(['drift'], many)
    expect(driftMany.code).toBe(0)

    const noopFew = await roundTrips(['apply', '--yes'], few)
    expect(noopFew).toMatchObject({ code: 0, host: { status: 'converged' } })
    await onHost('mx1', 'echo drift >> /etc/sample/one.conf')
    const repaired = await roundTrips(['apply', '--yes'], few)
    expect(repaired).toMatchObject({ code: 0, host: { status: 'changed', changed: 1 } })

    const counted = {
      noopFew: noopFew.roundTrips,
      noopMany: noopMany.roundTrips,
      driftMany: driftMany.roundTrips,
      repaired: repaired.roundTrips,
      made: made.roundTrips,
    }
    process.stderr.write(`network round trips: ${JSON.stringify(counted)}\n`)
    expect(noopMany.roundTrips).toBe(noopFew.roundTrips)
    expect(noopFew.roundTrips).toBeLessThanOrEqual(10)
    expect(driftMany.roundTrips).toBe(noopFew.roundTrips)
    // One changed role each: 12 + 4.
    expect(repaired.roundTrips).toBeLessThanOrEqual(16)
    expect(made.roundTrips).toBeLessThanOrEqual(16)
  })
})

describe('processes that a probe starts on the host', () => {
  it('are as many for 300 resources as for 30', async () => {
    const few = await processes('0')
    const many = await processes('270')
    process.stderr.write(`processes of a probe: ${few} and ${many}\n`)
    expect(few).toBeGreaterThan(10)
    expect(many).toBe(few)
  })
})

/** In a process namespace of its own ids are counted from 1: the last one, before the process that tells it, is the count. */
async function processes(padding: string): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, ['test/e2e/fixtures/print-probe.ts', inventory], {
    env: { ...process.env, TEST_PADDING: padding },
    maxBuffer: 1 << 24,
  })
  expect((await lab.exec('mx1', 'cat > /run/probe.sh', { input: stdout })).code).toBe(0)
  // The `exit` keeps the shell from replacing itself by its last command.
  const counting = `sh /run/probe.sh >/dev/null 2>&1; sh -c 'echo $$'; exit`
  return Number(await onHost('mx1', `unshare --pid --fork --mount-proc sh -c "$(cat <<'END'\n${counting}\nEND\n)"`))
}
