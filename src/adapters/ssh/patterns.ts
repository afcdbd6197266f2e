import { join } from 'node:path'

/** Matches a pattern with `*` and `?` (ssh_config(5), PATTERNS). */
export function matchesPattern(name: string, pattern: string): boolean {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`, 's').test(name)
}

/** Matches a pattern list: a negated pattern that matches excludes the name. */
export function matchesList(name: string, patterns: readonly string[]): boolean {
  const negated = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1))
  if (negated.some((pattern) => matchesPattern(name, pattern))) return false
  return patterns.some((pattern) => !pattern.startsWith('!') && matchesPattern(name, pattern))
}

/** Values of `%` tokens (ssh_config(5), TOKENS). */
export type Tokens = Readonly<Record<string, string>>

/** Replaces `%x` tokens; an unknown one is left unchanged. */
export function expandTokens(text: string, tokens: Tokens): string {
  return text.replace(/%(.)/gs, (whole, token: string) => (token === '%' ? '%' : (tokens[token] ?? whole)))
}

/** Replaces a leading `~` by the home directory. */
export function expandHome(path: string, home: string): string {
  return path === '~' || path.startsWith('~/') ? join(home, path.slice(1)) : path
}

/** Expands a path: tokens, `${VARIABLE}`, then `~`. */
export function expandPath(path: string, tokens: Tokens, environment: NodeJS.ProcessEnv, home: string): string {
  const withVariables = expandTokens(path, tokens).replace(/\$\{(\w+)\}/g, (_, name: string) => environment[name] ?? '')
  return expandHome(withVariables, home)
}
