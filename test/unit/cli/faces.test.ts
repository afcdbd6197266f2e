import { describe, expect, it } from 'vitest'
import { PlainFace } from '../../../src/cli/faces/face.ts'
import type { RunEvent } from '../../../src/model/events.ts'
import { Board, type PlainOptions } from '../../../src/report/progress.ts'
import { everySort, hostResult, plan } from '../report/records.ts'
import { fakeIo } from './fake-io.ts'

const lost = hostResult('mx2', { status: 'unreachable', message: 'no answer from 203.0.113.11\nmore' })

const applied: readonly RunEvent[] = [
  { type: 'run-started', run: 'r1', command: 'apply', hosts: ['mx1', 'mx2'] },
  { type: 'stage', host: 'mx1', stage: 'connect' },
  { type: 'stage', host: 'mx2', stage: 'connect' },
  { type: 'stage', host: 'mx1', stage: 'look' },
  { type: 'planned', host: 'mx1', plan: everySort('mx1') },
  { type: 'host-done', host: 'mx2', result: lost },
  { type: 'stage', host: 'mx1', stage: 'lock' },
  { type: 'note', host: 'mx1', message: 'an earlier run stopped half way: r0' },
  { type: 'stage', host: 'mx1', stage: 'apply' },
  { type: 'role-started', host: 'mx1', role: 'base', steps: 2 },
  { type: 'step-started', host: 'mx1', role: 'base', id: 'package:chrony' },
  { type: 'step-done', host: 'mx1', role: 'base', id: 'package:chrony' },
  { type: 'step-started', host: 'mx1', role: 'base', id: 'link:/etc/motd.d/cockpit' },
  { type: 'step-failed', host: 'mx1', role: 'base', id: 'link:/etc/motd.d/cockpit', message: 'rm: no\nread-only' },
  { type: 'stage', host: 'mx1', stage: 'done' },
  {
    type: 'host-done',
    host: 'mx1',
    result: hostResult('mx1', { status: 'failed', message: 'absent:… failed in role base' }),
  },
  { type: 'run-done', run: 'r1', exit: 'failed' },
]

describe('PlainFace', () => {
  const shown = (events: readonly RunEvent[], options: PlainOptions) => {
    const io = fakeIo()
    const face = new PlainFace(io.stderr, options)
    for (const event of events) face.event(event)
    return io.err()
  }

  it('has one line for each event that is worth one, each with its host', () => {
    expect(shown(applied, { verbose: false, planOnly: false })).toMatchInlineSnapshot(`
      "run r1: apply on 2 hosts
      mx1: 6 changes to make, 40 as declared
      mx2: unreachable: no answer from 203.0.113.11
      mx1: an earlier run stopped half way: r0
      mx1: base, 2 changes
      mx1: failed: link:/etc/motd.d/cockpit
      mx1: | rm: no
      mx1: | read-only
      mx1: failed: absent:… failed in role base
      "
    `)
  })

  it('tells every stage and step with --verbose', () => {
    expect(shown(applied, { verbose: true, planOnly: false })).toMatchInlineSnapshot(`
      "run r1: apply on 2 hosts
      mx1: connect
      mx2: connect
      mx1: look
      mx1: 6 changes to make, 40 as declared
      mx2: unreachable: no answer from 203.0.113.11
      mx1: lock
      mx1: an earlier run stopped half way: r0
      mx1: apply
      mx1: base, 2 changes
      mx1: base: package:chrony
      mx1: base: link:/etc/motd.d/cockpit
      mx1: failed: link:/etc/motd.d/cockpit
      mx1: | rm: no
      mx1: | read-only
      mx1: failed: absent:… failed in role base
      "
    `)
  })

  it('tells a host that is only looked at once', () => {
    const events: readonly RunEvent[] = [
      { type: 'run-started', run: 'r1', command: 'drift', hosts: ['mx1'] },
      { type: 'planned', host: 'mx1', plan: everySort('mx1') },
      { type: 'host-done', host: 'mx1', result: hostResult('mx1', { status: 'drift', plan: everySort('mx1') }) },
    ]
    expect(shown(events, { verbose: false, planOnly: true })).toMatchInlineSnapshot(`
      "run r1: drift on 1 host
      mx1: 5 of 46 resources differ, 1 follows  3.2 s
      "
    `)
  })
})

describe('Board', () => {
  it('has a line a host at every moment', () => {
    const board = new Board()
    const lines: string[] = []
    for (const event of applied) {
      board.take(event)
      lines.push(
        `${event.type}: ${board.line('mx1')} | ${board.brief('mx1')} | ${board.line('mx2')} | ${board.total()}`,
      )
    }
    expect(lines.join('\n')).toMatchInlineSnapshot(`
      "run-started: mx1  waiting | mx1  waiting | mx2  waiting | 0 of 2 hosts
      stage: mx1  connecting | mx1  connecting | mx2  waiting | 0 of 2 hosts
      stage: mx1  connecting | mx1  connecting | mx2  connecting | 0 of 2 hosts
      stage: mx1  reading its state | mx1  reading its state | mx2  connecting | 0 of 2 hosts
      planned: mx1  6 changes planned | mx1  6 changes planned | mx2  connecting | 0 of 2 hosts
      host-done: mx1  6 changes planned | mx1  6 changes planned | mx2  unreachable: no answer from 203.0.113.11 | 1 of 2 hosts: 1 unreachable
      stage: mx1  locking | mx1  locking | mx2  unreachable: no answer from 203.0.113.11 | 1 of 2 hosts: 1 unreachable
      note: mx1  locking | mx1  locking | mx2  unreachable: no answer from 203.0.113.11 | 1 of 2 hosts: 1 unreachable
      stage: mx1  applying | mx1  0 of 6 changes | mx2  unreachable: no answer from 203.0.113.11 | 1 of 2 hosts: 1 unreachable
      role-started: mx1  base 0/2 | mx1  0 of 6 changes | mx2  unreachable: no answer from 203.0.113.11 | 1 of 2 hosts: 1 unreachable
      step-started: mx1  base 0/2  package:chrony | mx1  0 of 6 changes | mx2  unreachable: no answer from 203.0.113.11 | 1 of 2 hosts: 1 unreachable
      step-done: mx1  base 1/2  package:chrony | mx1  1 of 6 changes | mx2  unreachable: no answer from 203.0.113.11 | 1 of 2 hosts: 1 unreachable
      step-started: mx1  base 1/2  link:/etc/motd.d/cockpit | mx1  1 of 6 changes | mx2  unreachable: no answer from 203.0.113.11 | 1 of 2 hosts: 1 unreachable
      step-failed: mx1  base 1/2  link:/etc/motd.d/cockpit | mx1  1 of 6 changes | mx2  unreachable: no answer from 203.0.113.11 | 1 of 2 hosts: 1 unreachable
      stage: mx1  done | mx1  done | mx2  unreachable: no answer from 203.0.113.11 | 1 of 2 hosts: 1 unreachable
      host-done: mx1  failed: absent:… failed in role base | mx1  failed: absent:… failed in role base | mx2  unreachable: no answer from 203.0.113.11 | 2 of 2 hosts: 1 unreachable, 1 failed
      run-done: mx1  failed: absent:… failed in role base | mx1  failed: absent:… failed in role base | mx2  unreachable: no answer from 203.0.113.11 | 2 of 2 hosts: 1 unreachable, 1 failed"
    `)
  })

  it('keeps names in a column and knows which hosts are open', () => {
    const board = new Board()
    board.take({ type: 'run-started', run: 'r', command: 'drift', hosts: ['mx1', 'backup.blue.example'] })
    board.take({ type: 'planned', host: 'mx1', plan: plan('mx1', []) })
    expect(board.line('mx1')).toBe('mx1                  as declared')
    board.take({ type: 'host-done', host: 'mx1', result: hostResult('mx1') })
    expect(board.open()).toEqual(['backup.blue.example'])
  })
})
