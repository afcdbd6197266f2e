import { expect, test } from 'vitest'
import { OrchestrateError } from '../../../src/kernel/errors.ts'
import { difference } from '../../../src/model/change.ts'
import type { RunRecord } from '../../../src/model/events.ts'
import { comparisonText } from '../../../src/report/dns.ts'
import { errorText } from '../../../src/report/errors.ts'
import { plainPaint } from '../../../src/report/layout.ts'
import { markdownReport } from '../../../src/report/markdown.ts'
import { textReport } from '../../../src/report/text.ts'
import { verifyText } from '../../../src/report/verify.ts'
import { changeWords } from '../../../src/report/words.ts'

// Sets the terminal's title, in the spelling of C0 and of C1.
const evil = '\x1b]0;owned\x07 \x9d0;owned\x9c'
const shown = '\\x1b]0;owned\\x07 \\x9d0;owned\\x9c'

const problem = { place: 'port 25', found: evil, allowed: 'a greeting' }
const record: RunRecord = {
  run: 'r',
  command: 'apply',
  started: '2026-11-24T00:00:00.000Z',
  milliseconds: 1,
  exit: 'failed',
  hosts: [
    { host: 'sv1', status: 'failed', changed: 0, restarts: 0, reloads: 0, milliseconds: 1, message: `no\n${evil}` },
  ],
}
const results = [{ host: 'sv1', subject: 'smtp', title: 'it greets', status: 'failed', problems: [problem] } as const]

test.each([
  ['an error', errorText(new OrchestrateError(evil, { code: 'E_STEP', exit: 'failed' }), plainPaint)],
  ['a change', changeWords({ action: 'update', differences: [difference('owner', evil, 'root')] }).join()],
  ['a run as text', textReport(record)],
  ['a run as Markdown', markdownReport(record)],
  ['a verification', verifyText({ started: '', milliseconds: 1, results })],
  [
    'a comparison of records',
    comparisonText([{ record: { name: 'a.example', type: 'A', value: 'x', why: '' }, problems: [problem] }], []),
  ],
])('what a host says cannot steer the terminal: %s', (_name, text) => {
  expect(text).toContain(shown)
  expect(text).not.toMatch(/[\x1b\x07\x9c\x9d]/)
})
