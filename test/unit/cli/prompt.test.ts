import { PassThrough } from 'node:stream'
import type { ReadStream } from 'node:tty'
import { expect, test } from 'vitest'
import { quietFace } from '../../../src/cli/faces/face.ts'
import { asker } from '../../../src/cli/prompt.ts'
import { fakeIo } from './fake-io.ts'

test('what may be reused is asked once a run, a one-time code each time, and questions do not overlap', async () => {
  const keys = new PassThrough()
  const keyboard = Object.assign(keys, { setRawMode: () => keys }) as unknown as ReadStream
  const asked: string[] = []
  const stderr = {
    isTTY: true,
    columns: 80,
    write: (text: string) => {
      if (!text.endsWith(': ')) return
      asked.push(text)
      keys.write(`answer ${asked.length}\r`)
    },
  }
  const ask = asker({ ...fakeIo(), keyboard, stderr }, quietFace)
  const answers = await Promise.all([
    ask?.('Passphrase for ~/.ssh/id: ', 'reuse'),
    ask?.('Code: '),
    ask?.('Passphrase for ~/.ssh/id: ', 'reuse'),
    ask?.('Code: '),
  ])
  expect(asked).toEqual(['Passphrase for ~/.ssh/id: ', 'Code: ', 'Code: '])
  expect(answers.map((answer) => answer?.reveal())).toEqual(['answer 1', 'answer 2', 'answer 1', 'answer 3'])
})

test('where nobody sits nothing is asked', () => {
  expect(asker(fakeIo(), quietFace)).toBeUndefined()
})
