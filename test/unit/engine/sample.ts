import { raw, sh } from '../../../src/kernel/sh.ts'
import { type Change, difference, keep, type Observed, updateIf } from '../../../src/model/change.ts'
import type { HostDeclaration, Step } from '../../../src/model/plan.ts'
import type { Enactment, KindHandle, Resource, ResourceId, Signal } from '../../../src/model/resource.ts'

/** What a made-up resource does differently from the usual. */
export interface Made {
  readonly signals?: Readonly<Record<string, Signal>>
  /** Answers instead of comparing what is wanted with what is seen. */
  readonly compare?: Resource['compare']
  readonly enact?: Enactment
  readonly kind?: KindHandle
}

/** A kind of no meaning: its probe prints its keys, its answer is one `key value` a line. */
export function madeKind(name: string, probe = raw(`echo ${name}`)): KindHandle {
  return {
    name,
    probe: () => probe,
    parse: (output, resources) => {
      const lines = new Map(output.split('\n').map((line) => [line.split(' ')[0] ?? '', line.split(' ')[1] ?? '']))
      return new Map(
        resources.flatMap(({ id, key }) =>
          lines.has(key) ? [[id, { state: 'present', live: lines.get(key) }] as const] : [],
        ),
      )
    },
  }
}

const plain = madeKind('thing')

/** A resource that wants to be seen as `want`. */
export function made(
  id: ResourceId,
  want: string,
  { signals = {}, compare, enact, kind = plain }: Made = {},
): Resource {
  return {
    id,
    identity: id,
    kind,
    key: id.slice(id.indexOf(':') + 1),
    want,
    wanted: 'present',
    signals: new Map(Object.entries(signals).map(([of, signal]) => [of as ResourceId, signal])),
    stamps: [],
    secretFiles: [],
    problems: [],
    compare: compare ?? ((observed, { signal }) => usual(want, observed, signal)),
    enact: () => enact ?? { sort: 'step', script: sh`make ${id}` },
  }
}

function usual(want: string, observed: Observed<unknown>, signal: Signal | undefined): Change {
  if (observed.state === 'unknown') return { action: 'maybe', because: observed.because }
  if (observed.state === 'absent') return { action: 'create', differences: [] }
  if (observed.live !== want) return updateIf([difference('content', String(observed.live), want)])
  return signal ? updateIf([difference('signal', 'inputs change', signal, { affects: 'state' })]) : keep
}

/** One host of one role. */
export function host(...resources: Resource[]): HostDeclaration {
  return { host: 'sv1', roles: [{ role: 'mail', resources }] }
}

/** The step that creates a resource. */
export function creation(resource: Resource): Step {
  return {
    role: 'mail',
    resource,
    change: { action: 'create', differences: [] },
    signal: undefined,
    consequence: false,
  }
}
