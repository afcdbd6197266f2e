import { expect, test } from 'vitest'
import { lockScript, parseLock, stopScript, unlockScript } from '../../../src/engine/lock.ts'
import { parseMark } from '../../../src/engine/marks.ts'

const mine = { run: '20261124T034856Z-3f9a', owner: 'ann@laptop of ann', since: '2026-11-24T03:48:56Z' }

test.each([
  ['a free host', 'locked\n', { state: 'locked', interrupted: undefined }],
  [
    'a host whose last run was cut off',
    'interrupted 20261123-1 postfix\nlocked\n',
    { state: 'locked', interrupted: '20261123-1 postfix' },
  ],
  [
    'held by somebody who is connected',
    'held live 20261124-1 bob%40desk 2026-11-24T03:00:00Z\n',
    { state: 'held', by: { run: '20261124-1', owner: 'bob@desk', since: '2026-11-24T03:00:00Z' }, finishing: false },
  ],
  [
    'held by a script whose connection broke',
    'held finishing 20261124-1 bob%40desk%20two 2026-11-24T03:00:00Z\n',
    { state: 'held', by: { run: '20261124-1', owner: 'bob@desk two', since: '2026-11-24T03:00:00Z' }, finishing: true },
  ],
  ['noise around the answer', 'motd: unlocked\nlocked\n', { state: 'locked', interrupted: undefined }],
  ['no answer', '', { state: 'unclear' }],
  ['a read-only file system', 'mkdir: cannot create directory\n', { state: 'unclear' }],
  ['half an answer', 'held live 20261124-1', { state: 'unclear' }],
  [
    'a lock that somebody made by hand',
    'held live x 100% y\n',
    { state: 'held', by: { run: 'x', owner: '100%', since: 'y' }, finishing: false },
  ],
])('answers of a host: %s', (_name, output, answer) => {
  expect(parseLock(output)).toEqual(answer)
})

test('the lock names run, owner and time in words without blanks', () => {
  expect(String(lockScript(mine))).toContain(
    'mine="$$ $(started $$) "\'20261124T034856Z-3f9a ann%40laptop%20of%20ann 2026-11-24T03:48:56Z\'',
  )
})

test('only the own lock is given back; the journal goes only when the host is healthy', () => {
  expect(String(unlockScript(mine.run, true))).toContain('rm -f "$state/journal"')
  expect(String(unlockScript(mine.run, false))).toMatchInlineSnapshot(`
    "state=/var/lib/orchestrate
    case $(readlink "$state/lock") in *" 20261124T034856Z-3f9a "*) ;; *) exit 0 ;; esac
    rm -f "$state/stop" "$state/lock""
  `)
  expect(String(stopScript)).toMatchInlineSnapshot(
    `"if [ -L /var/lib/orchestrate/lock ]; then : >/var/lib/orchestrate/stop; fi"`,
  )
})

test.each([
  ['t begin file:/etc/main.cf', { mark: 'begin', id: 'file:/etc/main.cf' }],
  ['t done command:build sni map', { mark: 'done', id: 'command:build sni map' }],
  [
    `t failed command:build sni map ${Buffer.from('no\nsuch').toString('base64')}`,
    { mark: 'failed', id: 'command:build sni map', log: 'no\nsuch' },
  ],
  ['t failed file:/x ', { mark: 'failed', id: 'file:/x', log: '' }],
  ['t rolled-back 3', { mark: 'rolled-back', files: 3 }],
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
