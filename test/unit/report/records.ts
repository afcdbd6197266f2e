import { type ActiveChange, difference, fingerprint } from '../../../src/model/change.ts'
import type { HostResult, RunRecord } from '../../../src/model/events.ts'
import type { HostPlan, Step } from '../../../src/model/plan.ts'
import type { KindHandle, Resource } from '../../../src/model/resource.ts'

/** A host's end; `changed` after 3.2 s unless said otherwise. */
export function hostResult(host: string, more: Partial<HostResult> = {}): HostResult {
  return { host, status: 'changed', changed: 0, restarts: 0, reloads: 0, milliseconds: 3_200, ...more }
}

/** A run with these hosts. */
export function record(hosts: readonly HostResult[], more: Partial<RunRecord> = {}): RunRecord {
  return {
    run: '20261124T034856Z-3f9a',
    command: 'drift',
    started: '2026-11-24T03:48:56.000Z',
    milliseconds: 4_100,
    exit: 'drift',
    hosts,
    ...more,
  }
}

/** One change to one resource, by its id. */
export function step(role: string, id: `${string}:${string}`, change: ActiveChange): Step {
  return { role, resource: resource(id), change, signal: undefined, consequence: false }
}

/** The same for a change that only follows from others. */
export function following(role: string, id: `${string}:${string}`, change: ActiveChange): Step {
  return { ...step(role, id, change), consequence: true }
}

/** A host's plan with these steps, and 40 resources as declared. */
export function plan(host: string, steps: readonly Step[]): HostPlan {
  return { host, steps, kept: 40, notes: [], undeclared: [] }
}

/** A plan with one change of every sort. */
export function everySort(host: string): HostPlan {
  return plan(host, [
    step('base', 'package:chrony', {
      action: 'create',
      differences: [difference('version', undefined, 'installed', { label: '' })],
    }),
    step('base', 'link:/etc/motd.d/cockpit', {
      action: 'remove',
      differences: [difference('path', 'symbolic link', undefined)],
    }),
    step('postfix', 'file:/etc/postfix/main.cf', {
      action: 'update',
      differences: [
        difference('content', fingerprint('11111111'), fingerprint('22222222'), {
          diff: '@@ -1,2 +1,2 @@\n mydomain = blue.example\n-inet_protocols = ipv4\n+inet_protocols = all\n',
        }),
        difference('owner', 'postfix', 'root', { affects: 'access' }),
        difference('mode', '0600', '0644', { affects: 'access' }),
      ],
    }),
    step('postfix', 'file:/etc/x', {
      action: 'update',
      differences: [difference('mode', '0600', '0644', { affects: 'access' })],
    }),
    following('postfix', 'service:postfix.service', {
      action: 'update',
      differences: [
        difference('restart', 'its inputs change', 'restarted', { affects: 'state', label: '', act: 'restart' }),
      ],
    }),
    step('postfix', 'service:saslauthd.service', { action: 'maybe', because: 'the unit is not installed yet' }),
  ])
}

function resource(id: `${string}:${string}`): Resource {
  const kind: KindHandle = { name: id.slice(0, id.indexOf(':')), probe: unused, parse: unused }
  const key = id.slice(id.indexOf(':') + 1)
  return {
    id,
    identity: id,
    kind,
    key,
    want: {},
    wanted: 'present',
    signals: new Map(),
    stamps: [],
    secretFiles: [],
    problems: [],
    compare: unused,
    enact: unused,
  }
}

function unused(): never {
  throw new Error('reports only read')
}

/** The same plan on a host without SELinux, with resources that only SELinux could make real. */
export function withoutSelinux(from: HostPlan, ...ids: readonly `${string}:${string}`[]): HostPlan {
  return { ...from, notes: ids.map((id) => ({ role: 'postfix', id, note: 'SELinux is off' })) }
}
