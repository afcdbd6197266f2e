/** Exit codes of the command line; the meaning is part of the contract (docs/exit-codes.md). */
export const exitCodes = {
  ok: 0,
  failed: 1,
  drift: 2,
  unreachable: 3,
  refused: 4,
  usage: 64,
  bug: 70,
  interrupted: 130,
} as const

/** Name of an exit code. */
export type ExitName = keyof typeof exitCodes

/** Every expected failure, by name. */
export type ErrorCode =
  | 'E_USAGE'
  | 'E_DECLARATION'
  | 'E_TEMPLATE'
  | 'E_SECRET'
  | 'E_CONNECT'
  | 'E_LOST'
  | 'E_HOST_KEY'
  | 'E_AUTH'
  | 'E_SUDO'
  | 'E_TIMEOUT'
  | 'E_PLATFORM'
  | 'E_PROBE'
  | 'E_STEP'
  | 'E_NOT_CONVERGED'
  | 'E_CUT_OFF'
  | 'E_LOCKED'
  | 'E_STALE'
  | 'E_STATE'
  | 'E_DENIED'
  | 'E_LAB'
  | 'E_INTERRUPTED'

/** What an expected failure carries beside its message. */
export interface ErrorDetails {
  readonly code: ErrorCode
  readonly exit: ExitName
  /** Next action, one imperative sentence. */
  readonly hint?: string | undefined
  readonly host?: string | undefined
  readonly cause?: unknown
}

const brand: unique symbol = Symbol.for('orchestrate.error') as never

/** An expected failure: printed without a stack. Anything else that is thrown is a bug (exit 70). */
export class OrchestrateError extends Error {
  readonly [brand] = true
  readonly code: ErrorCode
  readonly exit: ExitName
  readonly hint: string | undefined
  readonly host: string | undefined

  constructor(message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'OrchestrateError'
    this.code = details.code
    this.exit = details.exit
    this.hint = details.hint
    this.host = details.host
  }

  /** Recognises the error across two copies of this module. */
  static is(value: unknown): value is OrchestrateError {
    return typeof value === 'object' && value !== null && brand in value
  }
}

/** One mistake in a declaration: where it is, what stands there, what may stand there. */
export interface Problem {
  readonly place: string
  readonly found: string
  readonly allowed: string
  /** One sentence in place of found and allowed, where these would say it less well. */
  readonly says?: string | undefined
  /** The section of the vars that it is in. */
  readonly section?: string | undefined
}

/** All mistakes of a declaration at once; nothing was contacted. */
export class DeclarationError extends OrchestrateError {
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    const count = problems.length === 1 ? '1 mistake' : `${problems.length} mistakes`
    super([`${count} in the declaration; no host was contacted`, ...problems.map(sentence)].join('\n'), {
      code: 'E_DECLARATION',
      exit: 'usage',
    })
    this.problems = problems
  }
}

function sentence({ place, found, allowed, says }: Problem): string {
  return `  ${place}: ${says ?? `found ${found}; allowed: ${allowed}`}`
}

/** Makes unhandled cases of a union a compile error. */
export function assertNever(value: never): never {
  throw new TypeError(`unexpected value ${String(value)}`)
}
