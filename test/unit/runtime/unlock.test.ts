import { expect, test } from 'vitest'
import { OrchestrateError } from '../../../src/kernel/errors.ts'
import type { Session } from '../../../src/model/session.ts'
import { unlockHost } from '../../../src/runtime/unlock.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')
const held = `held finishing ${base64('8 9 r1 ann%40desk 2026-11-24T03:48:56Z')}\nruns ${base64('dnf -y install x ')}\n`

/** A host that gives one answer after the other, and what was asked of the person. */
function host(answers: readonly string[], agrees = true) {
  const left = [...answers]
  const log: string[] = []
  const run: Session['run'] = async (script) => {
    log.push(String(script).includes('echo broken') ? 'break' : 'inspect')
    return { code: 0, stdout: left.shift() ?? '', stderr: '' }
  }
  const ports = {
    connect: async () => ({ host: 'mx1', run, close: async () => void log.push('close') }),
    agree: async (shown: string) => {
      log.push(shown)
      return agrees
    },
  }
  return { log, result: unlockHost('mx1', ports) }
}

const shown =
  'mx1 is locked by ann@desk since 2026-11-24T03:48:56Z (run r1); its connection is gone; a script of it still runs\n  runs: dnf -y install x'

test.each([
  ['a free host is left alone', ['free\n'], true, 'ok', ['inspect', 'close']],
  ['the owner is shown before anything is done', [held], false, 'refused', ['inspect', shown, 'close']],
  ['on agreement the run is ended', [held, 'broken\n'], true, 'ok', ['inspect', shown, 'break', 'close']],
  ['a lock that changed hands is left', [held, 'moved\n'], true, 'refused', ['inspect', shown, 'break', 'close']],
  ['a host that does not answer is a failure', [held, ''], true, 'failed', ['inspect', shown, 'break', 'close']],
  ['a host that cannot say is a failure', [''], true, 'failed', ['inspect', 'close']],
] as const)('%s', async (_name, answers, agrees, exit, asked) => {
  const { log, result } = host(answers, agrees)
  expect((await result).exit).toBe(exit)
  expect(log).toEqual(asked)
})

test('a host that cannot be reached says why', async () => {
  const lost = new OrchestrateError('no route to mx1', { code: 'E_CONNECT', exit: 'unreachable', host: 'mx1' })
  const result = await unlockHost('mx1', { connect: () => Promise.reject(lost), agree: async () => true })
  expect(result).toEqual({ exit: 'unreachable', words: 'no route to mx1' })
})
