import { type ErrorCode, type ExitName, OrchestrateError } from '../../kernel/errors.ts'

const exits = {
  E_CONNECT: 'unreachable',
  E_LOST: 'unreachable',
  E_HOST_KEY: 'unreachable',
  E_AUTH: 'unreachable',
  E_SUDO: 'failed',
  E_TIMEOUT: 'failed',
  E_INTERRUPTED: 'interrupted',
  E_USAGE: 'usage',
} as const satisfies Partial<Record<ErrorCode, ExitName>>

/** What an SSH failure tells: message, next command to type, the foreign error behind it. */
export interface Failure {
  readonly code: keyof typeof exits
  readonly host: string
  readonly message: string
  readonly hint: string
  readonly cause?: unknown
}

/** An expected failure of the transport, with the exit its code stands for. */
export function failure({ code, host, message, hint, cause }: Failure): OrchestrateError {
  return new OrchestrateError(`${host}: ${message}`, { code, exit: exits[code], host, hint, cause })
}

/** The operator stopped the run while this host was being worked on. */
export function interrupted(host: string): OrchestrateError {
  const hint = 'Run the same command again: whatever was done is seen and kept.'
  return failure({ code: 'E_INTERRUPTED', host, message: 'interrupted', hint })
}

/** The words of a foreign error, whatever was thrown. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The system error code (`ENOENT`, `ECONNRESET` …) of a foreign error. */
export function systemCode(error: unknown): string | undefined {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : undefined
}
