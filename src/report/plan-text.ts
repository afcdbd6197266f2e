import type { HostPlan, Step } from '../model/plan.ts'
import { type Paint, plainPaint } from './paint.ts'
import { changeWords, paintChange, symbols } from './words.ts'
import { indent, wrapText } from './wrap.ts'

/** How a text for people is laid out. */
export interface TextOptions {
  readonly paint?: Paint | undefined
  /** Columns of the terminal; without it nothing is wrapped. */
  readonly width?: number | undefined
  /** Show unified diffs of file contents. */
  readonly diff?: boolean | undefined
  /** Leave out the changes that were made, because the plan stands just above. */
  readonly brief?: boolean | undefined
}

/** The changes of one host in words, role by role. */
export function planLines({ steps }: Pick<HostPlan, 'steps'>, options: TextOptions = {}): string[] {
  const { paint = plainPaint } = options
  const roles = [...Map.groupBy(steps, ({ role }) => role)]
  return roles.flatMap(([role, own]) => [
    paint.bold(role),
    ...indent(
      own.flatMap((step) => stepLines(step, options)),
      '  ',
    ),
  ])
}

function stepLines({ resource, change }: Step, { paint = plainPaint, width, diff }: TextOptions): string[] {
  const colour = paintChange(paint, change.action)
  const head = `${symbols[change.action]} ${resource.id}`
  const words = changeWords(change)
  const together = words.join(', ')
  // Four columns are taken by the role's and the host's indentation.
  const fits = width === undefined || head.length + 2 + together.length <= width - 4
  const lines = fits
    ? [colour(head) + (together ? `  ${together}` : '')]
    : [colour(head), ...words.flatMap((word) => indent(wrapText(word, width - 10), '      '))]
  return diff ? [...lines, ...diffLines(change, paint)] : lines
}

function diffLines(change: Step['change'], paint: Paint): string[] {
  const differences = 'differences' in change ? change.differences : []
  const texts = differences.flatMap((difference) => (difference.diff ? [difference.diff.trimEnd()] : []))
  return indent(
    texts.flatMap((text) => text.split('\n').map((line) => colourDiffLine(line, paint))),
    '      ',
  )
}

function colourDiffLine(line: string, paint: Paint): string {
  if (line.startsWith('@@')) return paint.cyan(line)
  if (line.startsWith('+')) return paint.green(line)
  return line.startsWith('-') ? paint.red(line) : line
}
