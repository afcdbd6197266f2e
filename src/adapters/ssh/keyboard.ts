import type { KeyboardInteractiveAuthMethod } from 'ssh2'
import type { Ask } from './target.ts'

/**
 * Answers keyboard-interactive prompts (RFC 4256): the first hidden one with the password, once; a person is asked for all
 * others (one-time codes). Without a person they stay empty, and the server refuses instead of waiting.
 */
export function answerPrompts(
  password: string | undefined,
  ask: Ask | undefined,
): KeyboardInteractiveAuthMethod['prompt'] {
  let unused = password
  return (_name, _instructions, _language, prompts, finish) => {
    const answers = async () => {
      const given: string[] = []
      for (const { prompt, echo } of prompts) {
        if (unused !== undefined && !echo) {
          given.push(unused)
          unused = undefined
        } else given.push((await ask?.(prompt))?.reveal() ?? '')
      }
      return given
    }
    answers().then(finish, () => finish([]))
  }
}
