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

/**
 * Breaks text at spaces so that no line is longer than `width`; words are never cut, and neither is what is to be typed:
 * text between backticks, or a line that begins with our own name. No width, no breaks.
 */
export function wrapText(text: string, width: number | undefined): string[] {
  if (width === undefined) return text.split('\n')
  return text.split('\n').flatMap((line) => wrapLine(line, Math.max(width, 20)))
}

/** Every line with `prefix` before it. */
export function indent(lines: readonly string[], prefix: string): string[] {
  return lines.map((line) => (line === '' ? line : prefix + line))
}

/** What to do next: a sentence that may be wrapped; further lines are commands to paste, which stay whole. */
export function hintLines(hint: string, width: number | undefined): string[] {
  const [first = '', ...commands] = hint.split('\n')
  const isCommand = first.startsWith(program)
  return [...(isCommand ? [`→ ${first}`] : wrapText(`→ ${first}`, width)), ...indent(commands, '  ')]
}

const program = 'orchestrate '

function wrapLine(line: string, width: number): string[] {
  if (line.startsWith(program)) return [line]
  const wrapped: string[] = []
  let current = ''
  for (const word of pieces(line)) {
    if (current !== '' && current.length + 1 + word.length > width) {
      wrapped.push(current)
      current = word
    } else current = current === '' ? word : `${current} ${word}`
  }
  return [...wrapped, current]
}

/** The words of a line, with what stands between two backticks as one. */
function pieces(line: string): string[] {
  const [first = '', ...rest] = line.split(/(`[^`]*`)/)
  const whole = rest.map((part) => (/^`.*`$/s.test(part) ? part.replaceAll(' ', held) : part))
  return [first, ...whole]
    .join('')
    .split(' ')
    .map((word) => word.replaceAll(held, ' '))
}

const held = '\u0000'
