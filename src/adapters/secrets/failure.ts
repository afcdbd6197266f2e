import { OrchestrateError } from '../../kernel/errors.ts'

/** An expected failure around the secret store: which file, what about it, what to do next. */
export function secretError(message: string, hint: string, cause?: unknown): OrchestrateError {
  return new OrchestrateError(message, { code: 'E_SECRET', exit: 'usage', hint, cause })
}

/** Whether a file operation failed with this code, e.g. ENOENT. */
export function failedWith(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

/** The operating system's reason in words, without the path that the caller names anyway. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.replace(/, \w+ '.*'$/, '').replace(/^(\w+): /, '')
}
