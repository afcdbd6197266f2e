import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as lab from '../lab/index.ts'
import { FlightCounter } from '../session/flights.ts'
import { onHost } from './support/hosts.ts'
import { orchestrate, reported, start } from './support/orchestrate.ts'
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
  const config = join(folder, 'config')
  await writeFile(
    config,
    `Host mx1
  HostName 127.0.0.1
  Port ${counter.port}
  HostKeyAlias counted
  User root
  IdentityFile ${lab.identityPath}
  UserKnownHostsFile ${join(folder, 'known_hosts')}
`,
  )
  const key = await onHost('mx1', 'cut -d " " -f 1,2 /etc/ssh/ssh_host_ed25519_key.pub')
  await writeFile(join(folder, 'known_hosts'), `counted ${key}\n`)
  env = { TEST_SSH_CONFIG: config }
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
    expect(made.flights).toBeLessThanOrEqual(16)
  })
})

describe('processes that a probe starts on the host', () => {
  it('are as many for 300 resources of a kind as for 30', async () => {
    const few = await processes('0')
    const many = await processes('270')
    process.stderr.write(`processes: ${few}\n`)
    expect(many).toBe(few)
  })
})

/** In a process namespace of its own the ids are counted from 1, so the last one is the number of processes. */
async function processes(padding: string): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, ['test/e2e/support/print-probe.ts', inventory], {
    env: { ...process.env, TEST_PADDING: padding },
    maxBuffer: 1 << 24,
  })
  expect((await lab.exec('mx1', 'cat > /run/probe.sh', { input: stdout })).code).toBe(0)
  const count = 'unshare --pid --fork --kill-child sh -c "sh /run/probe.sh >/dev/null 2>&1; sh -c \'echo \\$\\$\'"'
  return Number(await onHost('mx1', count))
}
