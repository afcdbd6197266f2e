import { Secret } from '../../kernel/secret.ts'

/** The streams of a process, as far as secrets go through them. */
export interface SecretInput extends AsyncIterable<unknown> {
  readonly isTTY?: boolean | undefined
  setRawMode?(on: boolean): unknown
}

/** Somewhere to print. */
export interface Output {
  readonly isTTY?: boolean | undefined
  write(text: string): unknown
}

/** The whole of a pipe as one secret; the line break that `echo` leaves at its end is not part of it. */
export async function readPiped(name: string, input: SecretInput): Promise<Secret> {
  const chunks: Uint8Array[] = []
  for await (const chunk of input) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Uint8Array))
  return new Secret(
    name,
    Buffer.concat(chunks)
      .toString('utf8')
      .replace(/\r?\n$/, ''),
  )
}

/** Asks questions on a terminal without echo; `undefined` when the person gives up (Ctrl-C, Ctrl-D). */
export async function askHidden(
  questions: readonly string[],
  input: SecretInput,
  output: Output,
): Promise<string[] | undefined> {
  const typed = new TypedLines()
  input.setRawMode?.(true)
  try {
    output.write(questions[0] ?? '')
    for await (const chunk of input) {
      const before = typed.lines.length
      typed.take(String(chunk))
      if (typed.lines.length > before || typed.aborted) output.write('\n')
      if (typed.aborted) return undefined
      if (typed.lines.length >= questions.length) return typed.lines.slice(0, questions.length)
      if (typed.lines.length > before) output.write(questions[typed.lines.length] ?? '')
    }
    return undefined
  } finally {
    input.setRawMode?.(false)
  }
}

/** Prints the clear text: what `secrets get` is for, and the only place that does it. */
export function printClear(secret: Secret, output: Output): void {
  output.write(`${secret.reveal()}\n`)
}

/** Whether two secrets have the same text, and whether it is empty, without giving it away. */
export function sameText(one: Secret, other: Secret | string): boolean {
  return one.reveal() === (other instanceof Secret ? other.reveal() : other)
}

// In raw mode the terminal edits nothing: backspace and Ctrl-U are ours to understand.
class TypedLines {
  readonly lines: string[] = []
  aborted = false
  #current = ''

  take(text: string): void {
    for (const key of text) {
      if (key === '\u0003' || key === '\u0004') this.aborted = true
      else if (key === '\r' || key === '\n') {
        this.lines.push(this.#current)
        this.#current = ''
      } else if (key === '\u007f' || key === '\b') this.#current = [...this.#current].slice(0, -1).join('')
      else if (key === '\u0015') this.#current = ''
      else if (key >= ' ') this.#current += key
    }
  }
}
