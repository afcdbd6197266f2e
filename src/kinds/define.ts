import { z } from 'zod'
import type { Problem } from '../kernel/errors.ts'
import type { Script } from '../kernel/sh.ts'
import { type ActiveChange, absent, type Change, type Observed } from '../model/change.ts'
import type {
  CompareContext,
  Enactment,
  KindHandle,
  ProbeOptions,
  Reach,
  Resource,
  ResourceId,
  SecretFiles,
  Signal,
} from '../model/resource.ts'
import { wording } from './wording.ts'

/** The parts of a kind. `probe` and `parse` speak for all resources of the kind on a host, the rest for one. */
export interface KindParts<Schema extends z.ZodType, Live> {
  readonly name: string
  readonly schema: Schema
  /** The text after `kind:` in the id. */
  key(want: z.output<Schema>): string
  /** One read-only script for all wants; its processes do not grow in number with the wants. */
  probe(wants: readonly z.output<Schema>[], options: ProbeOptions): Script
  /** By key; a missing key means absent. Never throws, whatever the text. */
  parse(output: string, wants: readonly z.output<Schema>[]): ReadonlyMap<string, Observed<Live>>
  diff(want: z.output<Schema>, seen: Observed<Live>, context: CompareContext): Change
  apply(want: z.output<Schema>, change: ActiveChange, context: CompareContext): Script | Enactment
  /** Earlier resources this one reacts to. */
  signals?(want: z.output<Schema>): ReadonlyMap<ResourceId, Signal>
  /** What a service that depends on this must have loaded: `file:/path` or `rpm:name`. */
  stamps?(want: z.output<Schema>): readonly string[]
  /** Its changes alter what packages can be installed: nothing behind it is installed ahead of its turn. */
  readonly changesOffer?: boolean
  /** The files with secrets that it makes or looks after. */
  secretFiles?(want: z.output<Schema>): readonly SecretFiles[]
  /** How a change that could cut us off from the host is made final; `apply` arms its restore. */
  reach?(want: z.output<Schema>): Reach
}

/** Turns the parts of a kind into the function that declares its resources. Mistakes are kept in `problems`, not thrown. */
export function defineKind<Schema extends z.ZodType, Live>(
  parts: KindParts<Schema, Live>,
): (input: z.input<Schema>) => Resource {
  type Want = z.output<Schema>
  // Every resource of this handle was made by `declare` below, so its want is this kind's output type.
  const wants = (resources: readonly Resource[]) => resources.map((resource) => resource.want as Want)
  const handle: KindHandle = Object.freeze({
    name: parts.name,
    probe: (resources: readonly Resource[], options: ProbeOptions) => parts.probe(wants(resources), options),
    parse: (output: string, resources: readonly Resource[]) => {
      const seen = parts.parse(output, wants(resources))
      return new Map(resources.map(({ id, key }) => [id, seen.get(key) ?? absent]))
    },
  })

  return function declare(input) {
    const parsed = parts.schema.safeParse(input, { error: wording })
    if (!parsed.success) return broken(handle, parts.name, input, parsed.error)
    const want = parsed.data
    const key = parts.key(want)
    return Object.freeze<Resource>({
      id: `${parts.name}:${key}`,
      kind: handle,
      key,
      want,
      signals: parts.signals?.(want) ?? new Map(),
      stamps: parts.stamps?.(want) ?? [],
      changesOffer: parts.changesOffer,
      secretFiles: parts.secretFiles?.(want) ?? [],
      reach: parts.reach?.(want),
      problems: [],
      compare: (observed, context) => parts.diff(want, observed as Observed<Live>, context),
      enact: (change, context) => {
        const enacted = parts.apply(want, change, context)
        return 'sort' in enacted ? enacted : { sort: 'step', script: enacted }
      },
    })
  }
}

/** Whether a value is a resource made by a kind. */
export function isResource(value: unknown): value is Resource {
  return typeof value === 'object' && value !== null && 'kind' in value && 'compare' in value && 'id' in value
}

/** Schema for a list of earlier resources, as `reloadOn` and `restartOn` take. */
export const resourceList = z.array(z.custom<Resource>(isResource, 'resources made earlier in this role')).readonly()

/** One sentence for a zod issue: where, what was found, what is allowed. */
export function problemOf(issue: z.core.$ZodIssue, place: string, input: unknown): Problem {
  const where = [place, ...issue.path.map(String)].join('.')
  const found = issue.path.reduce<unknown>(
    (value, part) => (typeof value === 'object' && value !== null ? Reflect.get(value, part) : undefined),
    input,
  )
  if (issue.code === 'unrecognized_keys') {
    return { place: where, found: issue.keys.map((key) => `unknown key "${key}"`).join(', '), allowed: issue.message }
  }
  // A password that was written where a secret belongs is not repeated in the error.
  const shown = typeof found === 'string' && /password|secret/i.test(where) ? 'a plain text' : show(found)
  return { place: where, found: shown, allowed: issue.message }
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null && value.toString === Object.prototype.toString) return 'an object'
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}

function broken(handle: KindHandle, name: string, input: unknown, error: z.ZodError): Resource {
  const key = typeof input === 'object' && input !== null ? String(Object.values(input)[0]) : '?'
  const id: ResourceId = `${name}:${key}`
  const refuse = (): never => {
    throw new TypeError(`${id} has mistakes and cannot be used`)
  }
  return Object.freeze<Resource>({
    id,
    kind: handle,
    key,
    want: input,
    signals: new Map(),
    stamps: [],
    secretFiles: [],
    problems: error.issues.map((issue) => problemOf(issue, id, input)),
    compare: refuse,
    enact: refuse,
  })
}
