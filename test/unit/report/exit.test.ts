import { describe, expect, it } from 'vitest'
import type { HostStatus } from '../../../src/model/events.ts'
import { exitOf } from '../../../src/report/exit.ts'
import { hostResult } from './records.ts'

const exit = (statuses: readonly HostStatus[], drift = false) =>
  exitOf(
    statuses.map((status) => hostResult('mx1', { status })),
    { drift },
  )

describe('exitOf', () => {
  it.each<[readonly HostStatus[], string]>([
    [[], 'ok'],
    [['converged', 'changed'], 'ok'],
    [['changed', 'unreachable'], 'unreachable'],
    [['unreachable', 'failed', 'converged'], 'failed'],
    [['failed', 'refused', 'unreachable'], 'refused'],
    [['refused', 'interrupted', 'failed'], 'interrupted'],
  ])('%j gives %s', (statuses, expected) => {
    expect(exit(statuses)).toBe(expected)
  })

  it('counts drift as a finding in a read-only run and as a failure after apply', () => {
    expect(exit(['drift', 'converged'], true)).toBe('drift')
    expect(exit(['drift', 'unreachable'], true)).toBe('unreachable')
    expect(exit(['drift'])).toBe('failed')
  })

  it('puts a bug above everything', () => {
    const results = [
      hostResult('mx1', { status: 'interrupted' }),
      hostResult('mx2', { status: 'failed', code: 'E_BUG' }),
    ]
    expect(exitOf(results, { drift: false })).toBe('bug')
  })
})
