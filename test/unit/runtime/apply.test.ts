import { expect, test } from 'vitest'
import { OrchestrateError } from '../../../src/kernel/errors.ts'
import { difference, updateIf } from '../../../src/model/change.ts'
import type { HostPlan, RoleResources } from '../../../src/model/plan.ts'
import { made } from '../engine/sample.ts'
import { type Behaviour, FakeHost } from './fake-host.ts'

const role = (name: string, keys: readonly string[], after: readonly string[] = []): RoleResources => ({
  role: name,
  resources: keys.map((key) => made(`thing:${key}`, 'new')),
  after,
})
const mail = [role('mail', ['a', 'b'])]
const old = { a: 'old', b: 'new' }
const fine = { a: 'new', b: 'new' }
const yes = async () => true

test('an apply locks, looks again, works, looks a last time and unlocks with a clean journal', async () => {
  const host = new FakeHost({ looks: [old, old, fine] })
  expect(await host.run(mail)).toMatchObject({ status: 'changed', changed: 1, exit: 'ok' })
  expect(host.log).toEqual(['look', 'lock', 'role mail', 'look', 'unlock clean', 'close'])
})

test('a host that is as declared is not locked, and a drift never is', async () => {
  const same = new FakeHost({ looks: [fine] })
  expect(await same.run(mail)).toMatchObject({ status: 'converged', changed: 0 })
  expect(same.log).toEqual(['look', 'close'])
  const differs = new FakeHost({ looks: [old] })
  expect(await differs.run(mail, { command: 'drift' })).toMatchObject({ status: 'drift', exit: 'drift' })
  expect(differs.log).toEqual(['look', 'close'])
})

test('what is still to do is decided under the lock: what somebody did meanwhile is not done again', async () => {
  const host = new FakeHost({ looks: [old, fine, fine] })
  expect(await host.run(mail)).toMatchObject({ status: 'converged', changed: 0 })
  expect(host.log).toEqual(['look', 'lock', 'look', 'unlock clean', 'close'])
})

test('what is not as declared after everything was done is a failure, and the journal stays', async () => {
  const host = new FakeHost({ looks: [old, old, old] })
  expect(await host.run(mail)).toMatchObject({
    status: 'failed',
    code: 'E_NOT_CONVERGED',
    changed: 1,
    exit: 'failed',
    message: 'mx1 is still not as declared after apply: thing:a (content: old → new)',
  })
  expect(host.log).toEqual(['look', 'lock', 'role mail', 'look', 'unlock', 'close'])
})

test.each<[string, Behaviour['looks'], string]>([
  ['another thing differs as well', [old, { a: 'old', b: 'old' }], 'update thing:b is new'],
  ['what was to change is right already', [{ a: 'old', b: 'old' }, old], 'update thing:b is not needed any more'],
  ['the same thing differs in another way', [old, { a: 'other', b: 'new' }], 'update thing:a is another change'],
  ['it cannot be seen any more', [old, { b: 'new' }], 'maybe thing:a is another change'],
])('a plan that was shown is not carried out when %s', async (_name, looks, moved) => {
  const host = new FakeHost({ looks })
  expect(await host.run(mail, { confirm: yes })).toMatchObject({
    status: 'refused',
    code: 'E_STALE',
    changed: 0,
    exit: 'refused',
    message: `mx1 changed after the plan was shown: ${moved}`,
  })
  expect(host.log).toEqual(['look', 'lock', 'unlock', 'close'])
})

test('a plan that was shown and still fits is carried out; one that nobody was shown is made anew', async () => {
  const shown: HostPlan[] = []
  const confirm = async (plans: readonly HostPlan[]) => shown.push(...plans) > 0
  const fits = new FakeHost({ looks: [old, old, fine] })
  expect(await fits.run(mail, { confirm })).toMatchObject({ status: 'changed', changed: 1 })
  expect(shown).toHaveLength(1)
  const moved = new FakeHost({ looks: [old, { a: 'other', b: 'old' }, fine] })
  expect(await moved.run(mail)).toMatchObject({ status: 'changed', changed: 2 })
})

test('differences are compared as data, also those that no word tells', async () => {
  let looks = 0
  const removing = made('thing:rows', 'x', {
    compare: () => updateIf([difference('row', 'present', 'removed', { removes: [looks++ === 0 ? 'ann' : 'bob'] })]),
  })
  const host = new FakeHost({ looks: [{}] })
  const result = await host.run([{ role: 'mail', resources: [removing] }], { confirm: yes })
  expect(result).toMatchObject({ code: 'E_STALE' })
})

test('another platform than the declared one is told, and nothing is locked', async () => {
  const host = new FakeHost({ looks: [old], platform: 'platform:el8' })
  expect(await host.run(mail)).toMatchObject({ status: 'failed', code: 'E_PLATFORM', exit: 'failed', changed: 0 })
  expect(host.log).toEqual(['look', 'close'])
})

test.each([
  [
    'held',
    `held connected ${Buffer.from('1 2 r0 bob%40desk 2026-11-24T03:00:00Z').toString('base64')}\n`,
    { code: 'E_LOCKED', exit: 'refused', message: 'mx1 is locked by bob@desk since 2026-11-24T03:00:00Z (run r0)' },
  ],
  [
    'held by a script whose connection is gone',
    `held finishing ${Buffer.from('1 2 r0 bob 2026-11-24T03:00:00Z').toString('base64')}\n`,
    { code: 'E_LOCKED', hint: expect.stringContaining('orchestrate unlock INVENTORY --limit mx1') },
  ],
  [
    'impossible',
    `unusable ${Buffer.from('head: No space left on device').toString('base64')}\n`,
    { code: 'E_STATE', exit: 'failed', message: expect.stringContaining('No space left on device') },
  ],
  ['not answered', 'noise\n', { code: 'E_LOCKED', exit: 'refused' }],
])('a lock that is %s ends the run of that host, and nobody else’s lock is given back', async (_name, lock, result) => {
  const host = new FakeHost({ looks: [old], lock })
  expect(await host.run(mail)).toMatchObject(result)
  expect(host.log).toEqual(['look', 'lock', 'close'])
})

test('tells of an earlier run that did not end and of what was put back', async () => {
  const lock = 'put-back web 2 1\ninterrupted r0 mail\nlocked\n'
  const host = new FakeHost({ looks: [old, old, fine], lock })
  await host.run(mail)
  expect(host.notes).toEqual([
    'an earlier run ended before it was done: r0 mail',
    'an earlier run changed files of role web and did not prove them; 2 of them put back; 1 could not be put back',
  ])
})

const failedMarks = (id: string, ...more: string[]) => [
  `begin ${id}`,
  `failed ${id} ${Buffer.from('no such option\n').toString('base64')}`,
  ...more,
]

test('a failed role stops those that depend on it, also through others, and no one else', async () => {
  const roles = [
    role('php', ['a']),
    role('web', ['b'], ['php']),
    role('panel', ['c'], ['web']),
    role('mail', ['d']),
    role('proxy', ['e'], ['mail']),
  ]
  const host = new FakeHost({ looks: [{}], role: (name) => (name === 'php' ? failedMarks('thing:a') : undefined) })
  const result = await host.run(roles)
  expect(result).toMatchObject({ status: 'failed', code: 'E_STEP', exit: 'failed', changed: 2 })
  expect(result.message).toBe(
    'thing:a failed in role php; not begun, for they depend on php: web, panel\nno such option',
  )
  expect(host.log).toEqual(['look', 'lock', 'role php', 'role mail', 'role proxy', 'unlock', 'close'])
})

test('a role without changes between two others hands the failure on', async () => {
  const roles = [role('php', ['a']), role('web', ['b'], ['php']), role('panel', ['c'], ['web'])]
  const host = new FakeHost({ looks: [{ b: 'new' }], role: () => failedMarks('thing:a') })
  expect((await host.run(roles)).message).toContain('not begun, for they depend on php: panel')
  expect(host.log).toEqual(['look', 'lock', 'role php', 'unlock', 'close'])
})

test('two roles that fail are both told', async () => {
  const host = new FakeHost({
    looks: [{}],
    role: (name) => failedMarks(name === 'php' ? 'thing:a' : 'thing:b'),
  })
  const { message } = await host.run([role('php', ['a']), role('mail', ['b'])])
  expect(message).toBe('thing:a failed in role php\nno such option\nthing:b failed in role mail\nno such option')
})

test('a rollback is told as far as it went', async () => {
  const why = Buffer.from('/etc/x was not put back\n').toString('base64')
  const marks = failedMarks('thing:b', 'not-again 1', `rolled-back 1 2 ${why}`)
  const host = new FakeHost({ looks: [{}], role: () => ['begin thing:a', 'done thing:a', ...marks] })
  const result = await host.run(mail)
  expect(result).toMatchObject({ status: 'failed', changed: 0 })
  expect(result.message).toBe(
    'thing:b failed in role mail; 1 file was rolled back; 2 files could not be put back; thing:b failed with the old files too\nno such option\n/etc/x was not put back',
  )
})

test('a lock that was taken away during the run ends it as refused, with no role after it', async () => {
  const host = new FakeHost({ looks: [{}], role: () => ['lock-lost'] })
  const result = await host.run([role('php', ['a']), role('mail', ['b'])])
  expect(result).toMatchObject({ status: 'refused', code: 'E_LOCKED', changed: 0 })
  expect(host.log).toEqual(['look', 'lock', 'role php', 'unlock', 'close'])
})

test('a lost connection is not used to unlock; what it was cannot be known', async () => {
  const host = new FakeHost({
    looks: [old],
    before: (what) => {
      if (what === 'role mail')
        throw new OrchestrateError('connection lost', { code: 'E_LOST', exit: 'unreachable', host: 'mx1' })
    },
  })
  expect(await host.run(mail)).toMatchObject({ status: 'unreachable', code: 'E_LOST' })
  expect(host.log).toEqual(['look', 'lock', 'role mail', 'close'])
})

test('Ctrl-C while a role runs asks the host to stop, begins no other role and leaves the journal', async () => {
  const controller = new AbortController()
  const host = new FakeHost({
    looks: [{}],
    before: async (what) => {
      if (what !== 'role php') return
      controller.abort()
      await expect.poll(() => host.log).toContain('stop')
    },
  })
  const result = await host.run([role('php', ['a']), role('mail', ['b'])], {}, controller.signal)
  expect(result).toMatchObject({ status: 'interrupted', changed: 1, exit: 'interrupted' })
  expect(host.log.filter((what) => what !== 'close')).toEqual(['look', 'lock', 'role php', 'stop', 'unlock'])
})

test('a role that stopped before its first change ends the run as interrupted', async () => {
  const host = new FakeHost({ looks: [{}], role: () => ['begin thing:a', 'done thing:a', 'stopped'] })
  expect(await host.run(mail)).toMatchObject({ status: 'interrupted', changed: 1 })
  expect(host.log).toEqual(['look', 'lock', 'role mail', 'unlock', 'close'])
})
