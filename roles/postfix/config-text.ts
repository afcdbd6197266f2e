/** One `name = value` of main.cf, its continuation lines joined. */
export interface Setting {
  readonly name: string
  readonly value: string
  readonly place: string
}

/** A service of master.cf with its `-o name=value` overrides. */
export interface MasterService {
  readonly name: string
  readonly type: string
  readonly command: string
  readonly options: readonly Setting[]
  readonly place: string
}

/** The settings of a main.cf (postconf(5): a line that begins with blanks continues the one before). */
export function mainCf(text: string, file: string): Setting[] {
  return logicalLines(text).flatMap(({ text, line }) => {
    const [, name, value] = /^([^\s=]+)\s*=\s*(.*)$/s.exec(text) ?? []
    return name === undefined ? [] : [{ name, value: value ?? '', place: `${file}:${line}` }]
  })
}

/** The services of a master.cf (master(5)). */
export function masterCf(text: string, file: string): MasterService[] {
  return logicalLines(text).flatMap(({ text, line }) => {
    const [name, type, , , , , , command, ...words] = wordsOf(text)
    if (name === undefined || type === undefined || command === undefined) return []
    const place = `${file}:${line} ${name}/${type}`
    return [{ name, type, command, place, options: overrides(words, place) }]
  })
}

/** The words of a list value, separated by commas and blanks; `{ … }` is one word. */
export function listWords(value: string): string[] {
  return value.match(/\{[^{}]*\}|[^\s,{}]+/g) ?? []
}

function overrides(words: readonly string[], place: string): Setting[] {
  return words.flatMap((word, index) => {
    if (words[index - 1] !== '-o') return []
    const [, name, value] = /^\{?\s*([^\s=]+)\s*=\s*(.*?)\s*\}?$/s.exec(word) ?? []
    return name === undefined ? [] : [{ name, value: value ?? '', place }]
  })
}

/** Words of a master.cf line; `{ … }` keeps blanks (master(5), "-o { name = value }"). */
function wordsOf(text: string): string[] {
  return text.match(/\{[^{}]*\}|\S+/g) ?? []
}

function logicalLines(text: string): { line: number; text: string }[] {
  const found: { line: number; text: string }[] = []
  text.split('\n').forEach((raw, index) => {
    if (raw.trim() === '' || raw.trimStart().startsWith('#')) return
    const last = found.at(-1)
    if (/^\s/.test(raw) && last) last.text += ` ${raw.trim()}`
    else found.push({ line: index + 1, text: raw.trim() })
  })
  return found
}
