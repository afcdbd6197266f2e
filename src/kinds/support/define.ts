import { z } from 'zod'
import type { Problem } from '../../kernel/errors.ts'
import type { Script } from '../../kernel/sh.ts'
import type { Text } from '../../kernel/text.ts'
import { type ActiveChange, type Change, type Difference, keep, missing, type Observed } from '../../model/change.ts'
import type {
  CompareContext,
  Enactment,
  KindHandle,
  ProbeOptions,
  ProbeSession,
  Reach,
  Resource,
  ResourceId,
  SecretFiles,
  Signal,
} from '../../model/resource.ts'
import { wording } from './wording.ts'

/** The parts of a kind. `probe` and `parse` speak for all resources of the kind on a host, the rest for one. */
export interface KindParts<Schema extends z.ZodType, Live, Gone extends z.ZodObject = never> {
  readonly name: string
  readonly schema: Schema
  /** The text after `kind:` in the id. */
  key(want: z.output<Schema> | z.output<Gone>): string
  /** Names the thing on the host where several kinds can declare the same one, e.g. `path:/etc/x`; default the id. */
  identity?(want: z.output<Schema> | z.output<Gone>): string
  /** One read-only script for all wants, present and gone; its processes do not grow in number with them. */
  probe?(wants: readonly z.output<Schema>[], options: ProbeOptions, gone: readonly z.output<Gone>[]): Script
  /** What it asks in a session that kinds share, with or without a script of its own. */
  readonly shared?: {
    readonly session: ProbeSession
    questions(wants: readonly z.output<Schema>[], gone: readonly z.output<Gone>[]): readonly (string | Text)[]
  }
  /** By key; a missing key means absent. Never throws, whatever the text. */
  parse(
    output: string,
    wants: readonly z.output<Schema>[],
    gone: readonly z.output<Gone>[],
  ): ReadonlyMap<string, Observed<Live>>
  diff(want: z.output<Schema>, seen: Observed<Live>, context: CompareContext): Change
  apply(want: z.output<Schema>, change: ActiveChange, context: CompareContext): Script | Enactment
  /** Earlier resources this one reacts to. */
  signals?(want: z.output<Schema>): ReadonlyMap<ResourceId, Signal>
  /** What a service that depends on this must have loaded: `file:/path` or `rpm:name`. */
  stamps?(want: z.output<Schema> | z.output<Gone>): readonly string[]
  /** The files with secrets that it makes or looks after. */
  secretFiles?(want: z.output<Schema>): readonly SecretFiles[]
  /** Its changes alter what packages can be installed: nothing behind it is installed ahead of its turn. */
  readonly changesOffer?: boolean
  /** How a change that could cut us off from the host is made final; `apply` arms its restore. */
  reach?(want: z.output<Schema>): Reach
  /** How the thing is removed; without it nothing of this kind can be declared `absent(…)`. */
  readonly absence?: Absence<Gone, Live>
}

/** How a kind treats things that must not exist. */
export interface Absence<Gone extends z.ZodObject, Live> {
  /** The fields that name the thing, and options of its removal. */
  readonly schema: Gone
  /** What will be removed; nothing if the thing is as good as gone, e.g. a stopped and disabled unit. */
  goes(want: z.output<Gone>, live: Live): readonly Difference[]
  remove(want: z.output<Gone>): Script | Enactment
}

/** A thing that can be declared absent. */
export interface Removable {
  absence(): Resource
}

/** Declares a thing in full or, for `absent(…)`, by the fields that name it. */
export type Declare<Schema extends z.ZodType, Gone extends z.ZodObject> = [Gone] extends [never]
  ? (input: z.input<Schema>) => Resource
  : {
      (input: z.input<Schema>): Resource & Removable
      (input: z.input<Gone>): Removable
    }

/** Declares that a thing must not exist, e.g. `absent(file({ path: '/etc/old.conf' }))`; the id is that of the thing. */
export function absent(thing: Removable): Resource {
  return thing.absence()
}

/** Turns the parts of a kind into the function that declares its resources. Mistakes are kept in `problems`, not thrown. */
export function defineKind<Schema extends z.ZodType, Live, Gone extends z.ZodObject = never>(
  parts: KindParts<Schema, Live, Gone>,
): Declare<Schema, Gone> {
  const handle = handleOf(parts)
  const { absence } = parts
  const declare = (input: unknown): Resource & Partial<Removable> => {
    const parsed = parts.schema.safeParse(input, { error: wording })
    const resource = parsed.success ? presentOf(parts, handle, parsed.data) : broken(handle, input, parsed.error)
    if (!absence) return resource
    return Object.freeze({ ...resource, absence: () => absenceOf(parts, absence, handle, input, resource) })
  }
  return declare as Declare<Schema, Gone>
}

function handleOf<Schema extends z.ZodType, Live, Gone extends z.ZodObject>(
  parts: KindParts<Schema, Live, Gone>,
): KindHandle {
  // Every resource of this handle was made by `presentOf` or `absenceOf`, so its want is what that one says.
  const wants = (resources: readonly Resource[]) =>
    resources.filter(({ wanted }) => wanted === 'present').map(({ want }) => want as z.output<Schema>)
  const gone = (resources: readonly Resource[]) =>
    resources.filter(({ wanted }) => wanted === 'absent').map(({ want }) => want as z.output<Gone>)
  const { probe, shared } = parts
  return Object.freeze({
    name: parts.name,
    ...(probe && {
      probe: (resources: readonly Resource[], options: ProbeOptions) =>
        probe(wants(resources), options, gone(resources)),
    }),
    shared: shared && {
      session: shared.session,
      questions: (resources: readonly Resource[]) => shared.questions(wants(resources), gone(resources)),
    },
    parse: (output: string, resources: readonly Resource[]) => {
      const seen = parts.parse(output, wants(resources), gone(resources))
      return new Map(resources.map(({ id, key }) => [id, seen.get(key) ?? missing]))
    },
  })
}

function presentOf<Schema extends z.ZodType, Live, Gone extends z.ZodObject>(
  parts: KindParts<Schema, Live, Gone>,
  handle: KindHandle,
  want: z.output<Schema>,
): Resource {
  return Object.freeze<Resource>({
    ...common(parts, handle, want),
    wanted: 'present',
    signals: parts.signals?.(want) ?? new Map(),
    reach: parts.reach?.(want),
    secretFiles: parts.secretFiles?.(want) ?? [],
    compare: (observed, context) => parts.diff(want, observed as Observed<Live>, context),
    enact: (change, context) => enactment(parts.apply(want, change, context)),
  })
}

function absenceOf<Schema extends z.ZodType, Live, Gone extends z.ZodObject>(
  parts: KindParts<Schema, Live, Gone>,
  { schema, goes, remove }: Absence<Gone, Live>,
  handle: KindHandle,
  input: unknown,
  whole: Resource,
): Resource {
  const names = Object.keys(schema.shape)
  const given = Object.entries(typeof input === 'object' && input !== null ? input : {})
  const named = given.every(([name]) => names.includes(name))
  if (!named && whole.problems.length > 0) return whole
  // Of a thing that was declared in full the other fields do not matter here.
  const parsed = schema.safeParse(Object.fromEntries(given.filter(([name]) => names.includes(name))), {
    error: wording,
  })
  if (!parsed.success) return broken(handle, input, parsed.error)
  const want = parsed.data
  return Object.freeze<Resource>({
    ...common(parts, handle, want),
    wanted: 'absent',
    signals: new Map(),
    secretFiles: [],
    compare: (observed) => {
      if (observed.state === 'unknown') return { action: 'maybe', because: observed.because }
      const differences = observed.state === 'present' ? goes(want, observed.live as Live) : []
      return differences.length > 0 ? { action: 'remove', differences } : keep
    },
    enact: () => enactment(remove(want)),
  })
}

function common<Schema extends z.ZodType, Live, Gone extends z.ZodObject>(
  parts: KindParts<Schema, Live, Gone>,
  kind: KindHandle,
  want: z.output<Schema> | z.output<Gone>,
) {
  const key = parts.key(want)
  const id: ResourceId = `${parts.name}:${key}`
  return {
    id,
    identity: parts.identity?.(want) ?? id,
    kind,
    key,
    want,
    stamps: parts.stamps?.(want) ?? [],
    changesOffer: parts.changesOffer,
    problems: [],
  }
}

function enactment(made: Script | Enactment): Enactment {
  return 'sort' in made ? made : { sort: 'step', script: made }
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
  const shown = typeof found === 'string' && /pass(word|phrase)|secret/i.test(where) ? 'a plain text' : show(found)
  return { place: where, found: shown, allowed: issue.message }
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null && value.toString === Object.prototype.toString) return 'an object'
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}

function broken(kind: KindHandle, input: unknown, error: z.ZodError): Resource {
  const key = typeof input === 'object' && input !== null ? String(Object.values(input)[0]) : '?'
  const id: ResourceId = `${kind.name}:${key}`
  const refuse = (): never => {
    throw new TypeError(`${id} has mistakes and cannot be used`)
  }
  return Object.freeze<Resource>({
    id,
    identity: id,
    kind,
    key,
    want: input,
    wanted: 'present',
    signals: new Map(),
    stamps: [],
    secretFiles: [],
    problems: error.issues.map((issue) => problemOf(issue, id, input)),
    compare: refuse,
    enact: refuse,
  })
}
