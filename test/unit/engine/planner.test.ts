import { expect, test } from 'vitest'
import { planHost } from '../../../src/engine/planner.ts'
import {
  type Affects,
  besides,
  type Change,
  difference,
  keepBecause,
  missing,
  type Observed,
  present,
  unknown,
  updateIf,
} from '../../../src/model/change.ts'
import type { HostDeclaration } from '../../../src/model/plan.ts'
import type { Resource, ResourceId } from '../../../src/model/resource.ts'
import { host, made } from './sample.ts'

type Seen = Readonly<Record<string, Observed<unknown>>>

function plan(declared: HostDeclaration, seen: Seen) {
  return planHost(declared, new Map(Object.entries(seen).map(([id, one]) => [id as ResourceId, one])))
}

/** `action id`, with the signal that reached it and a mark for what only follows from others. */
function steps(resources: readonly Resource[], seen: Seen): string[] {
  return plan(host(...resources), seen).steps.map(({ change, resource, signal, consequence }) =>
    [change.action, resource.id, ...(signal ? [signal] : []), ...(consequence ? ['(consequence)'] : [])].join(' '),
  )
}

const config = made('file:config', 'new')
const service = made('service:postfix', 'active', {
  signals: { 'file:config': 'reload', 'package:postfix': 'restart' },
})
const pkg = made('package:postfix', 'installed')
const all = [pkg, config, service]

test.each<[string, Seen, string[]]>([
  [
    'everything as declared',
    { 'package:postfix': present('installed'), 'file:config': present('new'), 'service:postfix': present('active') },
    [],
  ],
  [
    'a bare host',
    { 'package:postfix': missing, 'file:config': missing, 'service:postfix': unknown('no such unit yet') },
    ['create package:postfix', 'create file:config', 'maybe service:postfix restart'],
  ],
  [
    'a changed file reloads the service',
    { 'package:postfix': present('installed'), 'file:config': present('old'), 'service:postfix': present('active') },
    ['update file:config', 'update service:postfix reload (consequence)'],
  ],
  [
    'restart is stronger than reload',
    { 'package:postfix': present('old'), 'file:config': present('old'), 'service:postfix': present('active') },
    ['update package:postfix', 'update file:config', 'update service:postfix restart (consequence)'],
  ],
  [
    'a stopped service alone',
    { 'package:postfix': present('installed'), 'file:config': present('new'), 'service:postfix': present('inactive') },
    ['update service:postfix'],
  ],
  [
    'what nobody looked at is unknown, never absent',
    {},
    ['maybe package:postfix', 'maybe file:config', 'maybe service:postfix restart'],
  ],
])('%s', (_name, seen, expected) => {
  expect(steps(all, seen)).toEqual(expected)
})

test('a change of owner or mode alone reloads nothing', () => {
  const differing = (affects: Affects) =>
    made('file:config', 'new', { compare: () => updateIf([difference('any', 'a', 'b', { affects })]) })
  const seen = { 'service:postfix': present('active') }
  expect(steps([differing('access'), service], seen)).toEqual(['update file:config'])
  expect(steps([differing('content'), service], seen)).toEqual([
    'update file:config',
    'update service:postfix reload (consequence)',
  ])
})

test('a later change does not signal an earlier resource', () => {
  expect(steps([service, config], { 'service:postfix': present('active'), 'file:config': missing })).toEqual([
    'create file:config',
  ])
})

test('signals cross roles', () => {
  const declared = {
    host: 'sv1',
    roles: [
      { role: 'certificates', resources: [config] },
      { role: 'postfix', resources: [service] },
    ],
  }
  const {
    steps: found,
    kept,
    host: name,
  } = plan(declared, { 'file:config': missing, 'service:postfix': present('active') })
  expect(found.map(({ role, resource }) => `${role} ${resource.id}`)).toEqual([
    'certificates file:config',
    'postfix service:postfix',
  ])
  expect([name, kept]).toEqual(['sv1', 0])
})

test('the context holds what changed before, and nothing else', () => {
  const asked: string[][] = []
  const spy = (id: ResourceId, change: Change) =>
    made(id, '', {
      compare: (_seen, { changed }) => {
        asked.push([...changed])
        return change
      },
    })
  const update = updateIf([difference('x', 'a', 'b')])
  plan(host(spy('a:1', update), spy('a:2', { action: 'keep' }), spy('a:3', update)), {})
  expect(asked.at(-2)).toEqual(['a:1'])
})

test('a plan counts what is kept', () => {
  const seen = {
    'package:postfix': present('installed'),
    'file:config': present('new'),
    'service:postfix': present('active'),
  }
  expect(plan(host(...all), seen)).toEqual({ host: 'sv1', steps: [], kept: 3, notes: [], undeclared: [] })
  expect(plan({ host: 'sv1', roles: [] }, {})).toEqual({ host: 'sv1', steps: [], kept: 0, notes: [], undeclared: [] })
})

test('a note of something that is left alone is kept with its role, and counts as kept', () => {
  const idle = made('se-port:8891', '', { compare: () => keepBecause('SELinux is off') })
  expect(plan(host(idle, config), { 'file:config': present('new') })).toEqual({
    host: 'sv1',
    steps: [],
    kept: 2,
    notes: [{ role: 'mail', id: 'se-port:8891', note: 'SELinux is off' }],
    undeclared: [],
  })
})

test('what nobody declared is told beside a change and beside what is kept; what another role declares is not', () => {
  const own = made('file:/etc/x.d/own.conf', 'new')
  const declared = { ...own, identity: 'path:/etc/x.d/own.conf' }
  const found = ['/etc/x.d/own.conf', '/etc/x.d/foreign.conf'].map((path) => ({ what: `drop-in ${path}`, path }))
  const kept = made('service:a', '', { compare: () => besides({ action: 'keep' }, found) })
  const changing = made('service:b', '', {
    compare: () => besides(updateIf([difference('state', 'failed', 'active')]), [{ what: 'zone trusted' }]),
  })
  const seen = { 'file:/etc/x.d/own.conf': present('new') }
  const { steps, kept: number, undeclared } = plan(host(kept, changing, declared), seen)
  expect(steps.map(({ resource }) => resource.id)).toEqual(['service:b'])
  expect(number).toBe(2)
  expect(undeclared).toEqual([
    { role: 'mail', id: 'service:a', what: 'drop-in /etc/x.d/foreign.conf' },
    { role: 'mail', id: 'service:b', what: 'zone trusted' },
  ])
  const removed = { ...declared, wanted: 'absent' } as const
  expect(plan(host(kept, removed), seen).undeclared).toHaveLength(2)
})
