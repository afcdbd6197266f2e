import { nearest, type Problem } from '#orchestrate'

/** Lines of a configuration file without comments and blank ones, each with its number, counted from one. */
export function configLines(text: string): { readonly line: number; readonly text: string }[] {
  return text
    .split('\n')
    .map((raw, index) => ({ line: index + 1, text: raw.trim() }))
    .filter(({ text }) => text !== '' && !text.startsWith('#'))
}

/** The value of a `Name value` line, as the milters' files have them; names are not case-sensitive. */
export function settingOf(text: string, name: string): string | undefined {
  const line = configLines(text).find((one) => one.text.split(/\s+/)[0]?.toLowerCase() === name.toLowerCase())
  return line?.text.slice(name.length).trim()
}

/** A problem with a name that is not known, e.g. a misspelt parameter; it proposes the nearest known name. */
export function unknownName(place: string, what: string, name: string, known: Iterable<string>): Problem {
  const meant = nearest(name, known)
  return { place, found: `unknown ${what} ${name}`, allowed: meant ? `${meant}?` : `a ${what} that this version knows` }
}
