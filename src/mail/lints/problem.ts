import type { Problem } from '../../kernel/errors.ts'
import { nearest } from '../../kernel/near.ts'

/** Words for a name that nothing knows, with the one that was probably meant. */
export function unknownName(place: string, what: string, name: string, known: Iterable<string>): Problem {
  const meant = nearest(name, known)
  return { place, found: `unknown ${what} ${name}`, allowed: meant ? `${meant}?` : `a ${what} that this version knows` }
}

/** Lines of a configuration file without comments and blank ones, each with its number. */
export function configLines(text: string): { readonly line: number; readonly text: string }[] {
  return text
    .split('\n')
    .map((raw, index) => ({ line: index + 1, text: raw.trim() }))
    .filter(({ text }) => text !== '' && !text.startsWith('#'))
}
