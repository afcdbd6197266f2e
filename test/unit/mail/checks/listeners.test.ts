import { expect, test } from 'vitest'
import { expectedListeners, listenerProblems, parseListeners } from '../../../../src/mail/checks/listeners.ts'
import { mailHostOf } from '../hosts.ts'

const ss = `LISTEN 0      100          0.0.0.0:25         0.0.0.0:*    users:(("master",pid=10,fd=13))
LISTEN 0      100          0.0.0.0:587        0.0.0.0:*    users:(("master",pid=10,fd=17))
LISTEN 0      100          0.0.0.0:465        0.0.0.0:*    users:(("master",pid=10,fd=21))
LISTEN 0      100             [::]:993           [::]:*    users:(("dovecot",pid=11,fd=30))
LISTEN 0      100          0.0.0.0:993        0.0.0.0:*    users:(("dovecot",pid=11,fd=31))
LISTEN 0      100          0.0.0.0:995        0.0.0.0:*    users:(("dovecot",pid=11,fd=32))
LISTEN 0      511                *:443              *:*    users:(("httpd",pid=12,fd=4))
LISTEN 0      511                *:80               *:*    users:(("httpd",pid=12,fd=5))
LISTEN 0      128          0.0.0.0:22         0.0.0.0:*    users:(("sshd",pid=2,fd=3))
LISTEN 0      10         127.0.0.1:8891       0.0.0.0:*    users:(("opendkim",pid=3,fd=3))
LISTEN 0      10         127.0.0.1:8892       0.0.0.0:*    users:(("openarc",pid=4,fd=3))
LISTEN 0      10         127.0.0.1:8893       0.0.0.0:*    users:(("opendmarc",pid=5,fd=3))
LISTEN 0      10         127.0.0.1:10001      0.0.0.0:*    users:(("postsrsd",pid=6,fd=4))
LISTEN 0      10         127.0.0.1:10002      0.0.0.0:*    users:(("postsrsd",pid=6,fd=5))`

test('a host as declared', () => {
  expect(listenerProblems(mailHostOf({}), parseListeners(ss))).toEqual([])
})

test('closed, open to the wrong people, and not declared (M38)', () => {
  const seen = ss
    .replace(/.*:465.*\n/, '')
    .replace('127.0.0.1:8891', '0.0.0.0:8891')
    .concat('\nLISTEN 0 80 0.0.0.0:3306 0.0.0.0:* users:(("mariadbd",pid=7,fd=20))')
    .concat('\nLISTEN 0 100 0.0.0.0:143 0.0.0.0:* users:(("dovecot",pid=7,fd=20))')
  expect(listenerProblems(mailHostOf({}), parseListeners(seen))).toEqual([
    { place: 'port 465 (submission)', found: 'nothing listens', allowed: 'open to the world' },
    { place: 'port 8891 (OpenDKIM)', found: '0.0.0.0', allowed: 'open on 127.0.0.1 only' },
    { place: 'port 3306', found: 'mariadbd on 0.0.0.0', allowed: 'nothing: it is not declared' },
    { place: 'port 143', found: 'dovecot on 0.0.0.0', allowed: 'nothing: it is not declared' },
  ])
})

test('443 is for whom it is declared', () => {
  const closed = ss.replace(/.*:443.*\n/, '')
  const of443 = (vars: Parameters<typeof mailHostOf>[0]) =>
    listenerProblems(mailHostOf(vars), parseListeners(closed)).map(({ place, allowed }) => `${place}: ${allowed}`)
  expect(of443({})).toEqual(['port 443 (PostfixAdmin): open for the host itself'])
  const webadmin = { allowFrom: ['192.0.2.0/24'] }
  expect(of443({ webadmin })).toEqual(['port 443 (PostfixAdmin): open for 192.0.2.0/24'])
  expect(of443({ webadmin, extras: { autoconfig: true } })).toEqual(['port 443 (HTTPS): open to the world'])
  expect(of443({ webadmin: { enabled: false }, extras: { mtaSts: true } })).toEqual([
    'port 443 (HTTPS): open to the world',
  ])
})

test('the ports follow the options', () => {
  const host = mailHostOf({
    pop3: { enabled: false },
    imap: { plainListeners: true },
    managesieve: { public: true },
    submission: { ports: [465] },
    srs: { enabled: false },
    webadmin: { enabled: false },
  })
  expect(expectedListeners(host).map(({ port }) => port)).toEqual([25, 465, 993, 143, 4190, 8891, 8892, 8893])
})
