import { expect, test } from 'vitest'
import { parseMark } from '../../../src/engine/apply-script.ts'
import { parseInspection } from '../../../src/engine/break-lock.ts'
import { parseLock } from '../../../src/engine/lock.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')
const held = (owner: string) => `812 4711 20261124-1 ${owner} 2026-11-24T03:00:00Z`

test.each([
  ['a free host', 'locked\n', { state: 'locked', interrupted: undefined, putBack: [] }],
  [
    'a host whose last run was cut off',
    'interrupted 20261123-1 postfix\nlocked\n',
    { state: 'locked', interrupted: '20261123-1 postfix', putBack: [] },
  ],
  [
    'a host on which files of another role were put back',
    'put-back web 2 1\nput-back db 1 0\nlocked\n',
    {
      state: 'locked',
      putBack: [
        { role: 'web', back: 2, lost: 1 },
        { role: 'db', back: 1, lost: 0 },
      ],
    },
  ],
  [
    'held by somebody who is connected',
    `held connected ${base64(held('bob%40desk'))}\n`,
    {
      state: 'held',
      how: 'connected',
      by: { run: '20261124-1', owner: 'bob@desk', since: '2026-11-24T03:00:00Z' },
      mark: held('bob%40desk'),
      running: [],
    },
  ],
  [
    'held by a script whose connection broke',
    `held finishing ${base64(held('bob%40desk%20two'))}\nruns ${base64('dnf -y install postfix ')}\n`,
    { state: 'held', how: 'finishing', by: { owner: 'bob@desk two' }, running: ['dnf -y install postfix'] },
  ],
  ['noise around the answer', 'motd: unlocked\nlocked\n', { state: 'locked' }],
  [
    'a read-only file system',
    `unusable ${base64('mkdir: cannot create directory')}\n`,
    { state: 'unusable', because: 'mkdir: cannot create directory' },
  ],
  ['no answer', '', { state: 'unclear' }],
  ['half an answer', 'held connected', { state: 'unclear' }],
  [
    'a lock that somebody made by hand',
    `held connected ${base64('x')}\n`,
    { state: 'held', by: { run: '', owner: '' } },
  ],
  ['an owner that is no URI component', `held connected ${base64(held('100%'))}\n`, { by: { owner: '100%' } }],
])('answers of a host: %s', (_name, output, answer) => {
  expect(parseLock(output)).toMatchObject(answer)
})

test('a look at the lock tells free from unclear', () => {
  expect(parseInspection('free\n')).toEqual({ state: 'free' })
  expect(parseInspection('')).toEqual({ state: 'unclear' })
  expect(parseInspection(`held finishing ${base64(held('bob'))}\n`)).toMatchObject({ state: 'held', how: 'finishing' })
})

test.each([
  ['t begin file:/etc/main.cf', { mark: 'begin', id: 'file:/etc/main.cf' }],
  ['t done command:build sni map', { mark: 'done', id: 'command:build sni map' }],
  [
    `t failed command:build sni map ${Buffer.from('no\nsuch').toString('base64')}`,
    { mark: 'failed', id: 'command:build sni map', log: 'no\nsuch' },
  ],
  ['t failed file:/x ', { mark: 'failed', id: 'file:/x', log: '' }],
  ['t rolled-back 3 0 ', { mark: 'rolled-back', back: 3, lost: 0, log: '' }],
  [`t rolled-back 1 2 ${base64('no room')}`, { mark: 'rolled-back', back: 1, lost: 2, log: 'no room' }],
  ['t not-again 7', { mark: 'not-again', index: 7 }],
  ['t lock-lost', { mark: 'lock-lost' }],
  ['t role-done', { mark: 'role-done' }],
  ['t stopped', { mark: 'stopped' }],
  ['other done x', undefined],
  ['tt done x', undefined],
  [' t done x', undefined],
  ['t nonsense x', undefined],
  ['', undefined],
])('marks of a role script: %s', (line, mark) => {
  expect(parseMark(line, 't')).toEqual(mark)
})
