import { expect, test } from 'vitest'
import { dialogues } from '../../../../src/mail/checks/dialogues.ts'
import { mailHostOf } from '../hosts.ts'

const all = dialogues(mailHostOf({}), 'stranger.example')
const line = (title: string, at: number) => all.find((one) => one.title === title)?.lines[at]

test('what strangers must not be able to do', () => {
  expect(all.map(({ title }) => title)).toEqual([
    'port 25 takes no passwords',
    'port 25 relays nothing',
    'port 25 refuses unknown recipients while the sender waits',
    'port 587 wants TLS first',
    'port 465 takes no mail without a login',
  ])
  expect(dialogues(mailHostOf({ submission: { ports: [465] } }), 'x.example').map(({ port }) => port)).toEqual([
    25, 25, 25, 465,
  ])
})

test('M12: AUTH that is offered is seen on any line of the answer', () => {
  const first = line('port 25 takes no passwords', 0)
  expect(first?.want.test('250-sv1\r\n250-STARTTLS\r\n250 DSN\r\n')).toBe(true)
  expect(first?.want.test('250-sv1\r\n250-AUTH PLAIN LOGIN\r\n250 DSN\r\n')).toBe(false)
  expect(first?.want.test('250-sv1\r\n250 AUTH PLAIN\r\n')).toBe(false)
})

test('relaying is refused for good, a deferral is not enough', () => {
  const relay = line('port 25 relays nothing', 2)
  expect(relay?.want.test('554 5.7.1 <nobody@stranger.example>: Relay access denied\r\n')).toBe(true)
  expect(relay?.want.test('454 4.7.1 <nobody@stranger.example>: Relay access denied\r\n')).toBe(false)
})
