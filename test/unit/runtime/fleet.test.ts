import { expect, test } from 'vitest'
import type { EvaluatedHost } from '../../../src/dsl/evaluate.ts'
import { OrchestrateError } from '../../../src/kernel/errors.ts'
import { besides } from '../../../src/model/change.ts'
import type { RunEvent } from '../../../src/model/events.ts'
import type { Session } from '../../../src/model/session.ts'
import { runFleet } from '../../../src/runtime/fleet.ts'
import type { FleetPorts, Target } from '../../../src/runtime/request.ts'
import { made } from '../engine/sample.ts'

const token = 'token'

/** A host on which one thing is not as wanted. */
function target(name: string, resource = made('thing:a', 'new')): Target {
  const roles = [{ role: 'sample', resources: [resource] }]
  const host = { facts: { name }, declaration: { host: name, roles }, secrets: [] } as unknown as EvaluatedHost
  return { host, connection: { address: name } }
}

function ports(events: RunEvent[]): FleetPorts {
  const answer = [
    'platform\nPLATFORM_ID="platform:el9"\nPRETTY_NAME="AlmaLinux 9"',
    'thing\na old',
    'thing end',
    'end',
  ].map((text) => `\n${token} ${text}\n`)
  return {
    connect: async ({ host }) => {
      const { name } = host.facts
      if (name === 'down')
        throw new OrchestrateError('no route to host', { code: 'E_CONNECT', exit: 'unreachable', host: name })
      const run: Session['run'] = async () => ({ code: 0, stdout: answer.join(''), stderr: '' })
      return { host: name, run, close: async () => {} }
    },
    emit: (event) => events.push(event),
    now: () => 0,
    token: () => token,
    blob: async () => new Uint8Array(),
  }
}

test('who cannot be reached is told before anybody is asked to agree, and a refusal changes nothing', async () => {
  const events: RunEvent[] = []
  const shown: string[] = []
  const record = await runFleet(
    {
      command: 'apply',
      run: 'r',
      owner: 'me@here',
      targets: [target('down'), target('up')],
      forks: 2,
      dryRun: false,
      contents: false,
      confirm: async (plans) => {
        shown.push(...plans.map(({ host }) => host))
        shown.push(...events.flatMap((event) => (event.type === 'host-done' ? [`${event.host} is done`] : [])))
        return false
      },
    },
    ports(events),
    new AbortController().signal,
  )
  expect(shown).toEqual(['up', 'down is done'])
  expect(record.hosts).toMatchObject([
    { host: 'down', status: 'unreachable', code: 'E_CONNECT' },
    { host: 'up', status: 'refused', code: 'E_DENIED', changed: 0 },
  ])
  expect(events.filter(({ type }) => type === 'host-done')).toHaveLength(2)
})

test('what nobody declared is a drift, and no reason for an apply to fail', async () => {
  const found = made('thing:a', 'old', { compare: () => besides({ action: 'keep' }, [{ what: 'drop-in /etc/x' }]) })
  const record = (command: 'drift' | 'apply') =>
    runFleet(
      { command, run: 'r', owner: 'me', targets: [target('up', found)], forks: 1, dryRun: false, contents: false },
      ports([]),
      new AbortController().signal,
    )
  const told = { undeclared: [{ role: 'sample', id: 'thing:a', what: 'drop-in /etc/x' }] }
  expect(await record('drift')).toMatchObject({ exit: 'drift', hosts: [{ status: 'drift', plan: told }] })
  expect(await record('apply')).toMatchObject({ exit: 'ok', hosts: [{ status: 'converged', plan: told }] })
})
