import { join } from 'node:path'

/** Turns a leading `~` into the home folder. */
export function expandHome(path: string, home: string): string {
  return path === '~' || path.startsWith('~/') ? join(home, path.slice(1)) : path
}

/** Values of `%` tokens (ssh_config(5), TOKENS). */
export type Tokens = Readonly<Record<string, string>>

/** Replaces `%x` tokens; an unknown one is left as it stands. */
export function expandTokens(text: string, tokens: Tokens): string {
  return text.replace(/%(.)/gs, (whole, token: string) => (token === '%' ? '%' : (tokens[token] ?? whole)))
}

/** Expands a path: tokens, `${VARIABLE}`, then `~`. */
export function expandPath(path: string, tokens: Tokens, environment: NodeJS.ProcessEnv, home: string): string {
  const named = expandTokens(path, tokens).replace(/\$\{(\w+)\}/g, (_, name: string) => environment[name] ?? '')
  return expandHome(named, home)
}
