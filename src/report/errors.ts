import { DeclarationError, type OrchestrateError } from '../kernel/errors.ts'
import { printable } from '../kernel/printable.ts'
import { hintLines, indent, type Paint, wrapText } from './layout.ts'
import { count } from './words.ts'

/** How an expected failure reads on a terminal: what happened, then what to do. */
export function errorText(error: OrchestrateError, paint: Paint, width?: number): string {
  if (error instanceof DeclarationError) return problemsText(error, paint, width)
  const [first = '', ...rest] = printable(error.message).split('\n')
  const head = wrapText(`orchestrate: ${first}`, width)
  const more = rest.flatMap((line) => wrapIndented(line, width))
  return `${[paint.red(head.join('\n')), ...more, ...(error.hint ? hintLines(printable(error.hint), width) : [])].join('\n')}\n`
}

/** How anything else reads: it should not have happened, and the stack is for us. `program`: name, version and platform. */
export function bugText(error: unknown, program: string): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const causes = error instanceof Error && error.cause !== undefined ? `caused by: ${causeOf(error.cause)}\n` : ''
  return `${printable(`${stack}\n${causes}`)}orchestrate: this is a bug in ${program}\n→ please report it with the lines above\n`
}

function problemsText({ problems }: DeclarationError, paint: Paint, width: number | undefined): string {
  const head = `orchestrate: ${count(problems.length, 'mistake')} in the declaration; no host was contacted`
  const blocks = problems.map(({ place, found, allowed, says }) => {
    const lines =
      says === undefined
        ? [...labelled('found', printable(found), width), ...labelled('allowed', printable(allowed), width)]
        : indent(wrapText(says, width === undefined ? undefined : width - 4), '    ')
    return [`  ${paint.bold(printable(place))}`, ...lines].join('\n')
  })
  return `${[paint.red(head), ...blocks].join('\n')}\n`
}

function labelled(label: string, text: string, width: number | undefined): string[] {
  const [first = '', ...rest] = wrapText(text, width === undefined ? undefined : width - 13)
  return [`    ${label.padEnd(8)} ${first}`, ...indent(rest, ' '.repeat(13))]
}

function wrapIndented(line: string, width: number | undefined): string[] {
  const space = /^ */.exec(line)?.[0] ?? ''
  if (space === '') return [line]
  return indent(wrapText(line.trimStart(), width === undefined ? undefined : width - space.length), space)
}

function causeOf(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
}
