/** Colours by meaning; the command line gives real ones, everything else the plain ones. */
export interface Paint {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly red: (text: string) => string
  readonly green: (text: string) => string
  readonly yellow: (text: string) => string
  readonly cyan: (text: string) => string
}

const same = (text: string): string => text

/** No colour at all. */
export const plainPaint: Paint = { bold: same, dim: same, red: same, green: same, yellow: same, cyan: same }

/** Breaks text at spaces so that no line is longer than `width`; words are never cut. No width, no breaks. */
export function wrapText(text: string, width: number | undefined): string[] {
  if (width === undefined) return text.split('\n')
  return text.split('\n').flatMap((line) => wrapLine(line, Math.max(width, 20)))
}

/** Every line with `prefix` before it. */
export function indent(lines: readonly string[], prefix: string): string[] {
  return lines.map((line) => (line === '' ? line : prefix + line))
}

function wrapLine(line: string, width: number): string[] {
  const wrapped: string[] = []
  let current = ''
  for (const word of line.split(' ')) {
    if (current !== '' && current.length + 1 + word.length > width) {
      wrapped.push(current)
      current = word
    } else current = current === '' ? word : `${current} ${word}`
  }
  return [...wrapped, current]
}
