import { DefaultRenderer, Listr, ListrLogger, type ListrTask, ProcessOutput } from 'listr2'

/** A row of the live display. */
export type Row = ListrTask<unknown, typeof TerminalRenderer>

// listr2 falls back to its line printer unless *stdout* is a terminal; our rows go to stderr, which we have checked.
class TerminalRenderer extends DefaultRenderer {
  static override nonTTY = true
}

/** Live rows on stderr. listr2's own signal handler would end the process with 127, so it is off. */
export function liveRows(
  rows: readonly Row[],
  options: { readonly clear: boolean },
): Listr<unknown, typeof TerminalRenderer> {
  // What listr2 calls stdout is the stream it draws on.
  const processOutput = new ProcessOutput(process.stderr, process.stdout)
  return new Listr<unknown, typeof TerminalRenderer>([...rows], {
    concurrent: true,
    exitOnError: false,
    registerSignalListeners: false,
    fallbackRendererCondition: false,
    renderer: TerminalRenderer,
    rendererOptions: {
      logger: new ListrLogger({ useIcons: true, toStderr: [], processOutput }),
      clearOutput: options.clear,
      formatOutput: 'truncate',
      collapseErrors: true,
    },
  })
}
