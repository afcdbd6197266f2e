/** One attribute that is not as declared: already words for a person. */
export interface Difference {
  readonly what: string
  readonly from: string
  readonly to: string
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
export const absent: Observed<never> = { state: 'absent' }

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

/** The attributes of `want` that `live` does not have, in the order of `names`. */
export function differing<Name extends string>(
  want: Readonly<Record<Name, unknown>>,
  live: Readonly<Record<Name, unknown>>,
  names: readonly Name[],
): Difference[] {
  return names
    .filter((what) => want[what] !== live[what])
    .map((what) => ({ what, from: String(live[what]), to: String(want[what]) }))
}

const notLoaded: readonly string[] = ['owner', 'group', 'mode', 'SELinux type', 'enabled']

/** Whether a change alters what a running service has read, not just who may read it. */
export function altersContent(change: Change): boolean {
  if (change.action === 'keep') return false
  return change.action !== 'update' || change.differences.some(({ what }) => !notLoaded.includes(what))
}
