import type { Ask } from '../adapters/ssh/index.ts'
import { Secret } from '../kernel/secret.ts'
import type { Face } from './faces/face.ts'
import type { Io } from './io.ts'

/** Asks a yes-or-no question; anything but yes, and the end of the run, mean no. */
export async function confirmed(question: string, io: Io, signal: AbortSignal): Promise<boolean> {
  io.stderr.write(`${question} [y/N] `)
  const answer = await typedLine(io, signal)
  return /^y(es)?$/i.test(answer?.trim() ?? '')
}

/**
 * Asks for passwords and passphrases on the keyboard, one after the other, with the face out of the way. What may be
 * reused (a key's passphrase on every host; not a one-time code) is asked once a run.
 */
export function asker(io: Io, face: Face): Ask | undefined {
  const { keyboard, stderr } = io
  if (!keyboard || !stderr.isTTY) return undefined
  let before: Promise<unknown> = Promise.resolve()
  const known = new Map<string, Promise<Secret | undefined>>()
  const ask = (prompt: string) => {
    const turn = before.then(async () => {
      await face.pause()
      try {
        return await hiddenLine(prompt, keyboard, stderr)
      } finally {
        face.resume()
      }
    })
    before = turn.catch(() => {})
    return turn
  }
  return (prompt, again) => {
    if (!again) return ask(prompt)
    const answer = known.get(prompt) ?? ask(prompt)
    known.set(prompt, answer)
    // Nobody answered: the next one may.
    answer.then(
      (given) => given ?? known.delete(prompt),
      () => known.delete(prompt),
    )
    return answer
  }
}

async function hiddenLine(
  prompt: string,
  keyboard: NonNullable<Io['keyboard']>,
  stderr: Io['stderr'],
): Promise<Secret | undefined> {
  const { askHidden } = await import('../adapters/secrets/terminal.ts')
  const [answer] = (await askHidden([prompt], keyboard, stderr)) ?? []
  if (answer !== undefined) return new Secret('typed password', answer)
  // In raw mode Ctrl-C is a character and raises no signal; it still means to stop.
  process.kill(process.pid, 'SIGINT')
  return undefined
}

async function typedLine({ keyboard }: Io, signal: AbortSignal): Promise<string | undefined> {
  if (!keyboard || signal.aborted) return undefined
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  const take = (chunk: Buffer) => resolve(chunk.toString('utf8'))
  const stop = () => resolve(undefined)
  keyboard.once('data', take).once('end', stop)
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await promise
  } finally {
    keyboard.off('data', take).off('end', stop).pause()
    signal.removeEventListener('abort', stop)
  }
}
