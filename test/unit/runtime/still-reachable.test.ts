import { expect, test } from 'vitest'
import { OrchestrateError } from '../../../src/kernel/errors.ts'
import { raw } from '../../../src/kernel/sh.ts'
import type { Session } from '../../../src/model/session.ts'
import { disarms, type Risk, stillReachable } from '../../../src/runtime/still-reachable.ts'
import { creation, host, made } from '../engine/sample.ts'

const plain = creation(made('file:config', ''))
const zone = creation({ ...made('firewall-zone:public', ''), reach: { seconds: 30, disarm: raw('disarm') } })

/** A role's run that writes down what happens; `answer` is how the disarming script ends. */
function risk(steps: Risk<string>['steps'], more: Partial<Risk<string>> = {}, answer = { code: 0, stderr: '' }) {
  const log: string[] = []
  const session: Session = {
    host: 'mx1',
    run: async (script) => {
      log.push(String(script))
      return { ...answer, stdout: '' }
    },
    close: async () => void log.push('close'),
  }
  const made: Risk<string> = {
    host: 'mx1',
    steps,
    work: async () => {
      log.push('work')
      return 'done'
    },
    connect: async () => {
      log.push('connect')
      return session
    },
    ...more,
  }
  return { log, made }
}

test('a role that cannot cut us off needs no new connection', async () => {
  const { log, made } = risk([plain])
  expect(await stillReachable(made)).toBe('done')
  expect(log).toEqual(['work'])
})

test('a change of the firewall is made final over a new connection', async () => {
  const { log, made } = risk([plain, zone])
  expect(await stillReachable(made)).toBe('done')
  expect(log).toEqual(['work', 'connect', 'disarm', 'close'])
})

test('after a failure a new connection is tried too, and the failure stays the one that is told', async () => {
  const { log, made } = risk([zone], { work: () => Promise.reject(new Error('no such zone')) })
  await expect(stillReachable(made)).rejects.toThrow('no such zone')
  expect(log).toEqual(['connect', 'disarm', 'close'])
})

test('without a new connection it is said why, and when the old firewall returns', async () => {
  const { log, made } = risk([zone], { connect: () => Promise.reject(new Error('cannot connect: no answer')) })
  await expect(stillReachable(made)).rejects.toMatchObject({
    code: 'E_CUT_OFF',
    exit: 'failed',
    host: 'mx1',
    message: expect.stringMatching(/cannot connect: no answer.* 30 seconds/),
  })
  expect(log).toEqual(['work'])
})

test('a failure is told before the connection that did not come either', async () => {
  const lost = new OrchestrateError('connection to mx1 lost', { code: 'E_LOST', exit: 'unreachable', host: 'mx1' })
  const { made } = risk([zone], {
    work: () => Promise.reject(lost),
    connect: () => Promise.reject(new Error('cannot connect: no answer')),
  })
  await expect(stillReachable(made)).rejects.toMatchObject({
    code: 'E_LOST',
    exit: 'unreachable',
    message: expect.stringMatching(/^connection to mx1 lost\n.*cannot connect: no answer/),
  })
})

test('a restore that came first is a failure, and the connection is closed', async () => {
  const { log, made } = risk([zone], {}, { code: 1, stderr: 'the old firewall was put back\n' })
  await expect(stillReachable(made)).rejects.toThrow(/the old firewall was put back/)
  expect(log).toEqual(['work', 'connect', 'disarm', 'close'])
})

test('what an earlier run could not prove is disarmed once, whatever came of it', () => {
  const other = { ...zone.resource, id: 'firewall-zone:dmz' } as const
  expect(disarms(host(plain.resource, zone.resource, other)).map(String)).toEqual(['( disarm\n) >/dev/null 2>&1'])
  expect(disarms(host(plain.resource))).toEqual([])
})
