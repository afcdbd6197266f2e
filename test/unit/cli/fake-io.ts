import { Readable } from 'node:stream'
import type { Io } from '../../../src/cli/io.ts'

/** Streams that remember what was written; no terminal, no keyboard. */
export function fakeIo(): Io & { readonly out: () => string; readonly err: () => string } {
  const written = { out: '', err: '' }
  const output = (name: keyof typeof written) => ({
    isTTY: false,
    columns: undefined,
    write: (text: string) => {
      written[name] += text
    },
  })
  return {
    stdout: output('out'),
    stderr: output('err'),
    stdin: Readable.from([]),
    keyboard: undefined,
    env: {},
    cwd: '/nowhere',
    out: () => written.out,
    err: () => written.err,
  }
}
