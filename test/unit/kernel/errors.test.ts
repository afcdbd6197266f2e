import { expect, test } from 'vitest'
import { unifiedDiff } from '../../../src/kernel/diff.ts'
import { assertNever, DeclarationError, exitCodes, OrchestrateError } from '../../../src/kernel/errors.ts'
import { nearest } from '../../../src/kernel/near.ts'

test('an expected failure is recognised, also when another copy of the module made it', () => {
  const cause = new Error('below')
  const error = new OrchestrateError('sv1: nothing answers', {
    code: 'E_CONNECT',
    exit: 'unreachable',
    hint: 'start it',
    host: 'sv1',
    cause,
  })
  const copy = { [Symbol.for('orchestrate.error')]: true }
  expect(error).toMatchObject({ code: 'E_CONNECT', exit: 'unreachable', hint: 'start it', host: 'sv1', cause })
  expect([
    OrchestrateError.is(error),
    OrchestrateError.is(copy),
    OrchestrateError.is(cause),
    OrchestrateError.is(null),
    OrchestrateError.is('x'),
  ]).toEqual([true, true, false, false, false])
  expect('cause' in new OrchestrateError('x', { code: 'E_LOST', exit: 'unreachable' })).toBe(false)
})

test('all mistakes of a declaration are one error', () => {
  const problem = { place: 'hosts.sv1.address', found: 'nothing', allowed: 'an IP address' }
  expect(new DeclarationError([problem]).message).toBe(
    '1 mistake in the declaration; no host was contacted\n  hosts.sv1.address: found nothing; allowed: an IP address',
  )
  expect(new DeclarationError([problem, problem]).message).toMatch(
    /^2 mistakes in the declaration; no host was contacted\n/,
  )
  expect(exitCodes[new DeclarationError([problem]).exit]).toBe(64)
})

test('an impossible value is a bug', () => {
  expect(() => assertNever('surprise' as never)).toThrow('unexpected value surprise')
})

test('the exit codes of the contract', () => {
  expect(exitCodes).toEqual({
    ok: 0,
    failed: 1,
    drift: 2,
    unreachable: 3,
    refused: 4,
    usage: 64,
    bug: 70,
    interrupted: 130,
  })
})

test('a unified diff has no header and three lines of context', () => {
  const before = 'a\nb\nc\nd\ne\nf\ng\nh\n'
  expect(unifiedDiff(before, before)).toBe('')
  expect(unifiedDiff(before, before.replace('e\n', 'E\n'))).toBe('@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n')
  expect(unifiedDiff('', 'a\n')).toBe('@@ -0,0 +1,1 @@\n+a\n')
})

test('the nearest word: typing mistakes, not other words', () => {
  const names = ['postfix', 'dovecot', 'mariadb', 'primaryDomain']
  expect(
    ['postifx', 'dovcot', 'MariaDB', 'primarydomain', 'pstfx', 'nginx', '', 'x'].map((word) => nearest(word, names)),
  ).toEqual(['postfix', 'dovecot', 'mariadb', 'primaryDomain', 'postfix', undefined, undefined, undefined])
  expect(nearest('db', [])).toBeUndefined()
})
