import { Secret } from './secret.ts'
import { hidden, type Part, Text } from './text.ts'

/** POSIX shell text. Values in it are quoted as one word; strings cannot become code by accident. */
export class Script extends Text {}

/** What may stand in a `sh` template: scripts are spliced, arrays become words, all else becomes one quoted word. */
export type ShellValue = string | number | Secret | Text | readonly (string | number | Secret)[]

/** Quotes one word so that any POSIX shell reads it back unchanged (NUL is refused: no shell word can hold it). */
export function quote(word: string): string {
  if (word.includes('\0')) throw new TypeError('a shell word cannot contain NUL')
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

/** Shell text from a template: sh`chmod ${mode} ${path}`. Nested scripts are spliced, everything else is quoted. */
export function sh(strings: TemplateStringsArray, ...values: readonly ShellValue[]): Script {
  refuseLostBackslashes(strings)
  const parts: Part[] = []
  strings.forEach((text, index) => {
    parts.push(text)
    if (index < values.length) parts.push(...spell(values[index] as ShellValue))
  })
  return new Script(parts)
}

/** Shell text taken as it is: for fixed program text and for words that were quoted already. */
export function raw(text: string): Script {
  return new Script([text])
}

/** Joins scripts, by default one per line. */
export function lines(scripts: readonly (Script | string)[], separator = '\n'): Script {
  const parts: Part[] = []
  scripts.forEach((script, index) => {
    if (index > 0) parts.push(separator)
    parts.push(...(typeof script === 'string' ? [script] : script.parts))
  })
  return new Script(parts)
}

const checked = new WeakSet<TemplateStringsArray>()

// JavaScript drops the backslash of `\S` and `\.` without a word, and sed or awk would silently do something else.
function refuseLostBackslashes(strings: TemplateStringsArray): void {
  if (checked.has(strings)) return
  for (const text of strings.raw) {
    const lost = /^(?:[^\\]|\\[\\nrt`$])*(\\(?![\\nrt`$]).?)/s.exec(text)?.[1]
    if (lost)
      throw new TypeError(`a shell template holds ${lost}, of which JavaScript keeps no backslash: write \\${lost}`)
  }
  checked.add(strings)
}

function spell(value: ShellValue): readonly Part[] {
  if (value instanceof Script) return value.parts
  if (value instanceof Secret) return [hidden(value, () => quote(value.reveal()))]
  if (value instanceof Text)
    return value.secret ? [hidden(value, () => quote(value.revealed()))] : [quote(String(value))]
  if (Array.isArray(value)) return value.flatMap((word, index) => [...(index > 0 ? [' '] : []), ...spell(word)])
  return [quote(String(value))]
}
