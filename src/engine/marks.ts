/** What a role script says while it runs, one line each. */
export type Mark =
  | { readonly mark: 'begin' | 'done'; readonly id: string }
  | { readonly mark: 'failed'; readonly id: string; readonly log: string }
  | { readonly mark: 'rolled-back'; readonly files: number }
  | { readonly mark: 'role-done' | 'stopped' }

/** Reads one line of a role script's output; anything that does not start with the token is not a mark. */
export function parseMark(line: string, token: string): Mark | undefined {
  if (!line.startsWith(`${token} `)) return undefined
  const text = line.slice(token.length + 1)
  const space = text.indexOf(' ')
  const [word, rest] = space < 0 ? [text, ''] : [text.slice(0, space), text.slice(space + 1)]
  switch (word) {
    case 'begin':
    case 'done':
      return { mark: word, id: rest }
    case 'failed': {
      const at = rest.lastIndexOf(' ')
      return { mark: 'failed', id: rest.slice(0, at), log: Buffer.from(rest.slice(at + 1), 'base64').toString('utf8') }
    }
    case 'rolled-back':
      return { mark: 'rolled-back', files: Number(rest) }
    case 'role-done':
    case 'stopped':
      return { mark: word }
    default:
      return undefined
  }
}
