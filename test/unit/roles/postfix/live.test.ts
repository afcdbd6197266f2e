import { expect, test } from 'vitest'
import { queueProblems, strangerChecks } from '../../../../roles/postfix/live.ts'
import type { CheckTools } from '../../../../src/dsl/check.ts'
import type { Dialogue } from '../../../../src/model/live.ts'

/** The conversations that checks hold, by title. */
async function dialogues(ports: readonly number[]): Promise<Map<string, Dialogue>> {
  const held = new Map<string, Dialogue>()
  for (const check of strangerChecks('blue.example', ports)) {
    if (!('run' in check)) continue
    const converse = async (dialogue: Dialogue) => {
      held.set(check.title, dialogue)
      return []
    }
    await check.run({ converse } as unknown as CheckTools)
  }
  return held
}

const line = async (title: string, at: number) => (await dialogues([587, 465])).get(title)?.lines[at]

test('what strangers must not be able to do', async () => {
  expect([...(await dialogues([587, 465])).keys()]).toEqual([
    'port 25 takes no passwords',
    'port 25 relays nothing',
    'port 25 refuses unknown recipients while the sender waits',
    'port 587 wants TLS first',
    'port 465 takes no mail without a login',
  ])
  expect([...(await dialogues([465])).values()].map(({ port }) => port)).toEqual([25, 25, 25, 465])
})

test('AUTH that is offered is seen on any line of the answer', async () => {
  const first = await line('port 25 takes no passwords', 0)
  expect(first?.want.test('250-sv1\r\n250-STARTTLS\r\n250 DSN\r\n')).toBe(true)
  expect(first?.want.test('250-sv1\r\n250-AUTH PLAIN LOGIN\r\n250 DSN\r\n')).toBe(false)
  expect(first?.want.test('250-sv1\r\n250 AUTH PLAIN\r\n')).toBe(false)
})

test('relaying is refused for good, a deferral is not enough', async () => {
  const relay = await line('port 25 relays nothing', 2)
  expect(relay?.want.test('554 5.7.1 <nobody@relay-test.example.com>: Relay access denied\r\n')).toBe(true)
  expect(relay?.want.test('454 4.7.1 <nobody@relay-test.example.com>: Relay access denied\r\n')).toBe(false)
})

test('mail that waits', () => {
  expect(queueProblems(['deferred/A/A1', 'deferred/B/B2'])).toEqual([
    { place: 'queue deferred', found: '2 messages', allowed: 'empty: see postqueue -p' },
  ])
  expect(queueProblems([])).toEqual([])
})
