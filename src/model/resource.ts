import type { Problem } from '../kernel/errors.ts'
import type { Script } from '../kernel/sh.ts'
import type { Text } from '../kernel/text.ts'
import type { ActiveChange, Change, Observed } from './change.ts'

/** `kind:key`, unique on a host, e.g. `file:/etc/postfix/main.cf`. */
export type ResourceId = `${string}:${string}`

/** What the change of an earlier resource means for one that depends on it, from the weakest to the strongest. */
export const signals = ['changed', 'reload', 'restart'] as const

/** `changed`: look at it again; `reload` and `restart`: a running service must take it in. */
export type Signal = (typeof signals)[number]

/** Bytes the controller fetches and hands over; the script finds them in the file `"$blob_NAME"`. */
export interface BlobRef {
  /** Letters, digits and `_`: it becomes part of a shell variable. Equal names mean equal bytes. */
  readonly name: string
  readonly sha256: string
  /** Exactly one: a path on the controller, or an address whose content is kept by its checksum. */
  readonly source: { readonly file?: string | undefined; readonly url?: string | undefined }
}

/** How the apply script brings one change about. */
export type Enactment =
  /** Runs as it stands, in its turn. `again` runs after the role's files were rolled back. */
  | {
      readonly sort: 'step'
      readonly script: Script
      readonly again?: Script | undefined
      /** Bytes that have to travel beside the script. */
      readonly blobs?: readonly BlobRef[] | undefined
    }
  /**
   * Neighbours with the same command run as one, e.g. `dnf -y install` with all their words. With `unless` (asked with the
   * words, exits 0 when all is done) a role's first words may be done ahead of its turn, in an earlier role's call.
   */
  | {
      readonly sort: 'batch'
      readonly command: Script
      readonly words: readonly string[]
      readonly unless?: Script | undefined
    }
  /** A candidate is written beside `target`; it goes live by rename when every check of its block has passed. */
  | {
      readonly sort: 'staged'
      readonly target: string
      /** Writes the candidate to `"$candidate"`. */
      readonly stage: Script
      /** Inspects `"$candidate"`: a non-zero exit or any output on stderr refuses it. */
      readonly check?: Script | undefined
      /** Runs after the rename, e.g. restorecon. */
      readonly after?: Script | undefined
    }
  /** Whatever stands at `target` goes, with the block's files; it comes back when the role is rolled back. */
  | {
      readonly sort: 'removal'
      readonly target: string
      /** Also a directory with all it holds; without it only a file, a link or an empty directory goes. */
      readonly recursive: boolean
      /** Runs after it is gone. */
      readonly after?: Script | undefined
    }
  /** Inspects a staged copy of a whole directory in `"$tree"` before anything in it goes live. */
  | { readonly sort: 'check'; readonly root: string; readonly script: Script }

/** What the planner knows when it compares one resource. */
export interface CompareContext {
  /** The strongest signal from resources that change earlier in this plan. */
  readonly signal: Signal | undefined
  /** Ids whose content changes earlier in this plan: that a service has not loaded these is no difference of its own. */
  readonly changed: ReadonlySet<ResourceId>
}

/** What a probe may be asked for beyond the bare state. */
export interface ProbeOptions {
  /** Also fetch the contents that differ (capped), for unified diffs. */
  readonly contents: boolean
}

/** A program that answers the questions of several kinds in one go, e.g. one MariaDB client for all of them. */
export interface ProbeSession {
  readonly name: string
  /** A question is what the program reads or, as a `Script`, what prints that. */
  ask(questions: readonly (string | Text)[]): Script
}

/** What a kind asks in a session; it reads the answers to everybody's questions and finds its own by their marks. */
export interface SharedQuestions {
  readonly session: ProbeSession
  questions(resources: readonly Resource[]): readonly (string | Text)[]
}

/** The code behind one sort of resource; it speaks for all resources of its kind on a host at once. */
export interface KindHandle {
  readonly name: string
  /** One read-only script for all of them: a fixed number of processes, exit 0, nothing printed for what is missing. */
  readonly probe?: (resources: readonly Resource[], options: ProbeOptions) => Script
  /** What it asks in a session that kinds share. */
  readonly shared?: SharedQuestions | undefined
  /** The probe's output taken apart. An id that is missing here was not there on the host. */
  parse(output: string, resources: readonly Resource[]): ReadonlyMap<ResourceId, Observed<unknown>>
}

/** A change that could cut us off: the host undoes it after so many seconds, unless this runs over a new connection. */
export interface Reach {
  readonly seconds: number
  readonly disarm: Script
}

/** Files that only their owner and its daemon may read: a path, or the files of these names (as find(1) -name takes them) below it. */
export interface SecretFiles {
  readonly path: string
  readonly names?: string | undefined
}

/** One desired thing on one host. */
export interface Resource {
  readonly id: ResourceId
  /** Names the thing on the host, e.g. `path:/etc/x`: all declarations of one thing on a host must be equal. */
  readonly identity: string
  readonly kind: KindHandle
  readonly key: string
  readonly want: unknown
  /** Whether the thing is to be there, or not. */
  readonly wanted: 'present' | 'absent'
  /** Earlier resources whose change makes this one do more than it would alone. */
  readonly signals: ReadonlyMap<ResourceId, Signal>
  /** What a running service must have loaded of this resource: `file:/path` or `rpm:name`. */
  readonly stamps: readonly string[]
  /** Its changes alter what batches of later roles find on offer, e.g. a repository: nothing behind it is done ahead. */
  readonly changesOffer?: boolean | undefined
  /** The files with secrets that it makes or looks after. */
  readonly secretFiles: readonly SecretFiles[]
  /** Its changes arm a timed restore on the host. */
  readonly reach?: Reach | undefined
  /** Mistakes found when it was declared; reported all together before anything is contacted. */
  readonly problems: readonly Problem[]
  compare(observed: Observed<unknown>, context: CompareContext): Change
  enact(change: ActiveChange, context: CompareContext): Enactment
}
