import { describe, expect, test } from 'vitest'
import type { Change } from '../../../src/model/change.ts'
import { spelled } from '../../../src/report/words.ts'
import { cases, type KindCase } from './case-files.ts'
import { applyText, changeOf, probeText } from './case-run.ts'
import { declare, kindNames } from './registry.ts'

test('every kind has cases, every case has a kind', () => {
  expect([...new Set(cases.map(({ kind }) => kind))].sort()).toEqual(kindNames.toSorted())
})

for (const kind of kindNames) {
  describe(kind, () => {
    for (const one of cases.filter((each) => each.kind === kind)) test(one.name.replaceAll('-', ' '), () => judge(one))
  })
}

function judge(one: KindCase): void {
  const resource = declare(one.kind, one.want, one.absent)
  const problems = resource.problems.map(({ place, found, allowed }) => `${place}: found ${found}; allowed: ${allowed}`)
  expect(problems).toEqual(one.problems ?? [])
  if (one.problems) return

  const change = changeOf(resource, one)
  expect(wordsOf(change, one.change)).toEqual(one.change === 'keep' ? { action: 'keep' } : one.change)
  if (one.script && change.action !== 'keep') judgeText(applyText(resource, change, one), one.script)
  if (one.probe) judgeText(probeText([resource]), one.probe)
}

function judgeText(text: string, expected: readonly string[]): void {
  for (const words of expected) {
    if (words.startsWith('not ')) expect(text).not.toContain(words.slice(4))
    else expect(text).toContain(words)
  }
}

// Unified diffs are compared only where the case shows one.
function wordsOf(change: Change, expected: unknown): unknown {
  if (!('differences' in change)) return change
  if (JSON.stringify(expected)?.includes('"diff":'))
    return { ...change, differences: change.differences.map((one) => ({ ...spelled(one), diff: one.diff })) }
  return { ...change, differences: change.differences.map(spelled) }
}
