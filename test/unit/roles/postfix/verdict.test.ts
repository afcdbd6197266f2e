import { expect, test } from 'vitest'
import { receiverProblems, type Verdict, verdictProblems } from '../../../../roles/postfix/verdict.ts'

const good: Verdict = {
  dkim: [{ domain: 'blue.example', selector: 's1', result: 'pass', because: '' }],
  spf: 'pass',
  dmarc: 'pass',
  arc: 'none',
  arcSets: 0,
}

test('as it should be', () => {
  expect(verdictProblems('blue.example', good, { spf: true, sealed: false })).toEqual([])
})

test('signed as another domain; SPF, DMARC and ARC that fail', () => {
  const bad: Verdict = {
    ...good,
    dkim: [{ domain: 'red.example', selector: 's1', result: 'pass', because: '' }],
    spf: 'fail',
    dmarc: 'fail',
  }
  expect(verdictProblems('blue.example', bad, { spf: true, sealed: true }).map(({ found }) => found)).toEqual([
    'no signature of blue.example',
    'spf=fail',
    'dmarc=fail',
    'arc=none, 0 sets',
  ])
  const broken: Verdict = {
    ...good,
    dkim: [{ domain: 'blue.example', selector: 's1', result: 'fail', because: 'bad signature' }],
  }
  expect(verdictProblems('blue.example', broken, { spf: true, sealed: false })[0]?.found).toBe(
    's1: fail (bad signature)',
  )
})

test('results count only under the host’s own name', () => {
  const raw = [
    'Authentication-Results: mx.blue.example; dmarc=pass (p=reject)',
    ' header.from=sender.example',
    'Authentication-Results: mx.blue.example;',
    '\tdkim=pass (2048-bit key) header.d=sender.example; spf=fail',
    'Authentication-Results: other.example; spf=pass',
    '',
    'Authentication-Results: mx.blue.example; spf=pass',
  ].join('\r\n')
  expect(receiverProblems(raw, 'mx.blue.example')).toEqual([
    { place: 'Authentication-Results of mx.blue.example', found: 'spf=fail', allowed: 'spf=pass' },
  ])
  expect(receiverProblems('', 'mx.blue.example')[0]?.found).toBe('nothing about dkim')
})
