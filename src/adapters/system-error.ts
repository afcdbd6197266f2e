/** The system error code (`ENOENT`, `ECONNRESET` …; errno(3)) of anything that was thrown. */
export function systemCode(error: unknown): string | undefined {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : undefined
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The message of a file operation's error without its code and path, for a sentence that names the path itself. */
export function reasonOf(error: unknown): string {
  return messageOf(error)
    .replace(/, \w+ '.*'$/, '')
    .replace(/^(\w+): /, '')
}
