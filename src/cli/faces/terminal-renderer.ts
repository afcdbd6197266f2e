import { stripVTControlCharacters } from 'node:util'
import { DefaultRenderer, ListrLogger, ProcessOutput } from 'listr2'

// What listr2 calls stdout is the stream it draws on.
const output = new ProcessOutput(process.stderr, process.stdout)

/** Draws on stderr. */
export const stderrLogger = new ListrLogger({ useIcons: true, toStderr: [], processOutput: output })

/**
 * listr2's live rows with two differences. It falls back to its line printer unless *stdout* is a terminal; our rows go to
 * stderr, which we have checked. And it erases as many lines as it wrote; a terminal that has become narrower shows more.
 */
export class TerminalRenderer extends DefaultRenderer {
  static override nonTTY = true
  #columns = output.stdout.columns
  #frame = ''

  override update(): void {
    const { columns } = output.stdout
    if (columns < this.#columns) output.stdout.write(eraseUpwards(wrappedLines(this.#frame, columns)))
    this.#columns = columns
    super.update()
  }

  override create(options?: Parameters<DefaultRenderer['create']>[0]): string {
    this.#frame = super.create(options)
    return this.#frame
  }
}

/** How many lines more a text takes that was written for a wider terminal. */
function wrappedLines(text: string, columns: number): number {
  const lines = stripVTControlCharacters(text).split('\n')
  return lines.reduce((more, line) => more + Math.max(0, Math.ceil(line.length / columns) - 1), 0)
}

/** Erases the line of the cursor and those above it, and leaves the cursor above them (ECMA-48: EL, CUU). */
function eraseUpwards(lines: number): string {
  return '\u001B[2K\u001B[1A'.repeat(lines)
}
