import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { Secret } from '../../kernel/secret.ts'

/** Where secrets are read from: a pipe, or a terminal. */
export type SecretInput = NodeJS.ReadableStream & { readonly isTTY?: boolean | undefined }

/** Somewhere to print. */
export interface Output {
  readonly isTTY?: boolean | undefined
  write(text: string): unknown
}

/** Reads a pipe to its end as one secret, without the newline that `echo` leaves at its end. */
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

/**
 * Asks questions on a terminal without echo; `undefined` if the operator gives up (Ctrl-C, Ctrl-D, end of input). readline
 * edits the line (arrow keys, pasted text, split UTF-8) and writes what it would echo nowhere.
 */
export async function askHidden(
  questions: readonly string[],
  input: SecretInput,
  output: Output,
): Promise<string[] | undefined> {
  const answers: string[] = []
  const { promise, resolve } = Promise.withResolvers<string[] | undefined>()
  const giveUp = () => resolve(undefined)
  // Before readline, which would take an unfinished line for an answer.
  input.once('end', giveUp)
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input, output: nowhere, terminal: true, historySize: 0 })
  terminal.once('SIGINT', giveUp).once('close', giveUp)
  terminal.on('line', (line) => {
    // More lines may have been pasted than were asked for.
    if (answers.length === questions.length) return
    answers.push(line)
    if (answers.length === questions.length) resolve(answers)
    else output.write(`\n${questions[answers.length]}`)
  })
  output.write(questions[0] ?? '')
  try {
    return await promise
  } finally {
    input.off('end', giveUp)
    terminal.close()
    output.write('\n')
  }
}

/** Prints the clear text, for `secrets get`; nothing else does. */
export function printClear(secret: Secret, output: Output): void {
  output.write(`${secret.reveal()}\n`)
}

/** Whether two secrets, or a secret and a string, are the same; the clear text stays in this file. */
export function sameText(one: Secret, other: Secret | string): boolean {
  return one.reveal() === (other instanceof Secret ? other.reveal() : other)
}
