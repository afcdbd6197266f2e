/**
 * What a difference touches: `content` is what others read or load of the thing, `access` who may read it, `state` whether
 * it runs or is enabled.
 */
export type Affects = 'content' | 'access' | 'state'

/** What a plan does because of a difference that is no value to set. */
export type Act = 'restart' | 'reload' | 'run'

/** One side of a difference: a value, the first digits of a checksum where the value is not shown, or nothing. */
export type Side = string | { readonly fingerprint: string } | undefined

/** One attribute that is not as declared. Decisions are made by `attribute`, `affects` and `act`; words are for people only. */
export interface Difference {
  /** A stable word for programs, the same for all resources of a kind: `content`, `owner`, `row`. */
  readonly attribute: string
  readonly affects: Affects
  /** What people call it; empty where the values say it all. */
  readonly label: string
  /** `undefined`: it is not there. With `act` the reason for it. */
  readonly from: Side
  /** `undefined`: it is not to be there. */
  readonly to: Side
  readonly act?: Act | undefined
  /** Unified diff, where the attribute is text and both sides are known and not secret. */
  readonly diff?: string | undefined
  /** The key of something that is to be removed, such as a row's key columns: what is applied removes exactly these. */
  readonly removes?: readonly string[] | undefined
}

/** What was seen of one resource. */
export type Observed<Live> =
  | { readonly state: 'present'; readonly live: Live }
  | { readonly state: 'absent' }
  | { readonly state: 'unknown'; readonly because: string }

/** What has to happen to one resource. */
export type Change =
  /** `note`: why a resource that is not as declared is left alone all the same. */
  | { readonly action: 'keep'; readonly note?: string | undefined }
  | { readonly action: 'create'; readonly differences: readonly Difference[] }
  | { readonly action: 'update'; readonly differences: readonly [Difference, ...Difference[]] }
  | { readonly action: 'remove'; readonly differences: readonly Difference[] }
  /** Cannot be seen yet (its package is not installed, its server is down): made sure of during apply. */
  | { readonly action: 'maybe'; readonly because: string }

/** A change that does something. */
export type ActiveChange = Exclude<Change, { action: 'keep' }>

/** The resource is there, like this. */
export function present<Live>(live: Live): Observed<Live> {
  return { state: 'present', live }
}

/** The resource is not there. */
export const missing: Observed<never> = { state: 'absent' }

/** The resource could not be looked at. */
export function unknown(because: string): Observed<never> {
  return { state: 'unknown', because }
}

/** Nothing to do. */
export const keep: Change = { action: 'keep' }

/** Nothing that could be done here, and why. */
export function keepBecause(note: string): Change {
  return { action: 'keep', note }
}

/** `update` if anything differs, else `keep`. */
export function updateIf(differences: readonly Difference[]): Change {
  const [first, ...rest] = differences
  return first ? { action: 'update', differences: [first, ...rest] } : keep
}

/** A difference of content, called by its attribute unless a label says more. */
export function difference(
  attribute: string,
  from: Side,
  to: Side,
  {
    affects = 'content',
    label = attribute,
    ...rest
  }: Partial<Pick<Difference, 'affects' | 'label' | 'act' | 'diff' | 'removes'>> = {},
): Difference {
  return { attribute, affects, label, from, to, ...rest }
}

/** The named attributes of `want` that `live` does not have, in the order of `names`. */
export function differing<Name extends string>(
  want: Readonly<Record<Name, unknown>>,
  live: Readonly<Record<Name, unknown>>,
  names: readonly Name[],
  affects: Affects = 'content',
): Difference[] {
  return names
    .filter((name) => want[name] !== live[name])
    .map((name) => difference(name, String(live[name]), String(want[name]), { affects }))
}

/** Stands for content that is not shown: the first eight digits of its SHA-256. */
export function fingerprint(sha256: string | undefined): Side {
  return { fingerprint: sha256?.slice(0, 8) ?? 'unreadable' }
}

/** Whether a change alters what others have loaded of the resource. */
export function altersContent(change: Change): boolean {
  if (change.action === 'keep') return false
  return change.action !== 'update' || change.differences.some(({ affects }) => affects === 'content')
}
