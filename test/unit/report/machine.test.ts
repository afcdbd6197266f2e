import { describe, expect, it } from 'vitest'
import { difference } from '../../../src/model/change.ts'
import type { HostResult } from '../../../src/model/events.ts'
import { eventLine, jsonReport } from '../../../src/report/json.ts'
import { junitReport } from '../../../src/report/junit.ts'
import { markdownReport } from '../../../src/report/markdown.ts'
import { everySort, hostResult, plan, record, step, withoutSelinux } from './records.ts'

const hosts: readonly HostResult[] = [
  hostResult('mx1', { status: 'drift', plan: everySort('mx1') }),
  hostResult('mx2', { status: 'converged', plan: plan('mx2', []) }),
  hostResult('mx3', {
    status: 'unreachable',
    code: 'E_CONNECT',
    message: 'no answer from <203.0.113.12> & co\nlog',
    hint: 'look',
  }),
]

describe('jsonReport', () => {
  it('is versioned and holds neither code nor contents of resources', () => {
    const [first] = hosts
    const short = hostResult('mx1', { status: 'drift', plan: plan('mx1', (first?.plan?.steps ?? []).slice(3, 5)) })
    expect(jsonReport(record([short, ...hosts.slice(2)]))).toMatchInlineSnapshot(`
      "{
        "schema": "orchestrate/run/1",
        "run": "20261124T034856Z-3f9a",
        "command": "drift",
        "started": "2026-11-24T03:48:56.000Z",
        "milliseconds": 4100,
        "exit": "drift",
        "exitCode": 2,
        "totals": {
          "drift": 1,
          "unreachable": 1
        },
        "hosts": [
          {
            "host": "mx1",
            "status": "drift",
            "changed": 0,
            "restarts": 0,
            "reloads": 0,
            "milliseconds": 3200,
            "kept": 40,
            "changes": [
              {
                "role": "postfix",
                "id": "file:/etc/x",
                "kind": "file",
                "key": "/etc/x",
                "action": "update",
                "differences": [
                  {
                    "attribute": "mode",
                    "affects": "access",
                    "what": "mode",
                    "from": "0600",
                    "to": "0644"
                  }
                ]
              },
              {
                "role": "postfix",
                "id": "service:postfix.service",
                "kind": "service",
                "key": "postfix.service",
                "action": "update",
                "differences": [
                  {
                    "attribute": "restart",
                    "affects": "state",
                    "what": "restart",
                    "from": "its inputs change",
                    "to": "restarted"
                  }
                ],
                "consequence": true
              }
            ]
          },
          {
            "host": "mx3",
            "status": "unreachable",
            "changed": 0,
            "restarts": 0,
            "reloads": 0,
            "milliseconds": 3200,
            "code": "E_CONNECT",
            "message": "no answer from <203.0.113.12> & co\\nlog",
            "hint": "look"
          }
        ]
      }
      "
    `)
  })
})

describe('what nobody declared', () => {
  const undeclared = [{ role: 'opendkim', id: 'service:opendkim.service', what: 'unit file /etc/x.service' }] as const
  const found = record([hostResult('mx1', { status: 'drift', plan: { ...plan('mx1', []), undeclared } })])

  it('is a class of its own in every report for programs', () => {
    expect(JSON.parse(jsonReport(found)).hosts).toEqual([expect.objectContaining({ undeclared, changes: [] })])
    expect(junitReport(found)).toContain('failures="1"')
    expect(junitReport(found)).toContain('<failure type="undeclared" message="unit file /etc/x.service">')
    expect(markdownReport(found)).toContain(
      '- undeclared `service:opendkim.service` (opendkim): unit file /etc/x.service',
    )
  })
})

describe('what nothing could be done about', () => {
  const noted = withoutSelinux(plan('mx1', []), 'se-port:8891/tcp')
  const calm = record([hostResult('mx1', { status: 'converged', plan: noted })], { exit: 'ok' })

  it('stands in JSON and in the event of the plan', () => {
    const notes = [{ role: 'postfix', id: 'se-port:8891/tcp', note: 'SELinux is off' }]
    expect(JSON.parse(jsonReport(calm)).hosts).toEqual([expect.objectContaining({ kept: 40, notes, changes: [] })])
    expect(JSON.parse(eventLine({ type: 'planned', host: 'mx1', plan: noted }, '2026-11-24T03:48:56.000Z'))).toEqual(
      expect.objectContaining({ kept: 40, notes, changes: [] }),
    )
  })

  it('is one sentence in Markdown', () => {
    expect(markdownReport(calm)).toMatchInlineSnapshot(`
      "# orchestrate drift: 1 host: 1 as declared

      Run \`20261124T034856Z-3f9a\`, started 2026-11-24T03:48:56.000Z, took 4.1 s.

      | host | state | |
      |---|---|---|
      | mx1 | as declared | 40 resources as declared |

      SELinux is off on mx1: nothing to do for 1 resource
      "
    `)
  })
})

describe('eventLine', () => {
  it('is one line of JSON an event, the first with the schema', () => {
    const at = '2026-11-24T03:48:56.000Z'
    const events = [
      eventLine({ type: 'run-started', run: 'r1', command: 'drift', hosts: ['mx1'] }, at),
      eventLine({ type: 'planned', host: 'mx1', plan: plan('mx1', everySort('mx1').steps.slice(3, 4)) }, at),
      eventLine({ type: 'step-failed', host: 'mx1', role: 'base', id: 'file:/etc/x', message: 'two\nlines' }, at),
      eventLine({ type: 'host-done', host: 'mx1', result: hostResult('mx1', { changed: 1 }) }, at),
      eventLine({ type: 'run-done', run: 'r1', exit: 'drift' }, at),
    ]
    expect(events.join('')).toMatchInlineSnapshot(`
      "{"at":"2026-11-24T03:48:56.000Z","schema":"orchestrate/event/1","type":"run-started","run":"r1","command":"drift","hosts":["mx1"]}
      {"at":"2026-11-24T03:48:56.000Z","type":"planned","host":"mx1","kept":40,"changes":[{"role":"postfix","id":"file:/etc/x","kind":"file","key":"/etc/x","action":"update","differences":[{"attribute":"mode","affects":"access","what":"mode","from":"0600","to":"0644"}]}]}
      {"at":"2026-11-24T03:48:56.000Z","type":"step-failed","host":"mx1","role":"base","id":"file:/etc/x","message":"two\\nlines"}
      {"at":"2026-11-24T03:48:56.000Z","type":"host-done","host":"mx1","status":"changed","changed":1,"restarts":0,"reloads":0,"milliseconds":3200}
      {"at":"2026-11-24T03:48:56.000Z","type":"run-done","run":"r1","exit":"drift"}
      "
    `)
  })
})

describe('junitReport', () => {
  it('has a suite a host, a failure a difference, an error a lost host', () => {
    expect(junitReport(record(hosts))).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="orchestrate drift" tests="9" failures="5" errors="1" time="4.100">
        <testsuite name="mx1" hostname="mx1" tests="7" failures="5" errors="0" time="3.200" timestamp="2026-11-24T03:48:56">
          <testcase classname="mx1" name="40 resources as declared"/>
          <testcase classname="mx1.base" name="package:chrony">
            <failure type="create" message="+ installed">installed</failure>
          </testcase>
          <testcase classname="mx1.base" name="link:/etc/motd.d/cockpit">
            <failure type="remove" message="- path symbolic link">path symbolic link</failure>
          </testcase>
          <testcase classname="mx1.postfix" name="file:/etc/postfix/main.cf">
            <failure type="update" message="~ content fingerprint 11111111 → 22222222, owner postfix → root, mode 0600 → 0644">content fingerprint 11111111 → 22222222
      owner postfix → root
      mode 0600 → 0644
      @@ -1,2 +1,2 @@
       mydomain = blue.example
      -inet_protocols = ipv4
      +inet_protocols = all</failure>
          </testcase>
          <testcase classname="mx1.postfix" name="file:/etc/x">
            <failure type="update" message="~ mode 0600 → 0644">mode 0600 → 0644</failure>
          </testcase>
          <testcase classname="mx1.postfix" name="service:postfix.service"/>
          <testcase classname="mx1.postfix" name="service:saslauthd.service">
            <failure type="maybe" message="? the unit is not installed yet">the unit is not installed yet</failure>
          </testcase>
        </testsuite>
        <testsuite name="mx2" hostname="mx2" tests="1" failures="0" errors="0" time="3.200" timestamp="2026-11-24T03:48:56">
          <testcase classname="mx2" name="40 resources as declared"/>
        </testsuite>
        <testsuite name="mx3" hostname="mx3" tests="1" failures="0" errors="1" time="3.200" timestamp="2026-11-24T03:48:56">
          <testcase classname="mx3" name="unreachable">
            <error type="E_CONNECT" message="no answer from &lt;203.0.113.12&gt; &amp; co">no answer from &lt;203.0.113.12&gt; &amp; co
      log
      → look</error>
          </testcase>
        </testsuite>
      </testsuites>
      "
    `)
  })

  it('replaces what XML cannot spell', () => {
    const odd = hostResult('mx1', { status: 'failed', message: 'bell \u0007 "quoted"\nnext' })
    expect(junitReport(record([odd]))).toContain('message="bell \ufffd &quot;quoted&quot;"')
  })
})

describe('markdownReport', () => {
  it('has a table of hosts and a section for each that has something to tell', () => {
    expect(markdownReport(record(hosts))).toMatchInlineSnapshot(`
      "# orchestrate drift: 3 hosts: 1 as declared, 1 differs, 1 unreachable

      Run \`20261124T034856Z-3f9a\`, started 2026-11-24T03:48:56.000Z, took 4.1 s.

      | host | state | |
      |---|---|---|
      | mx1 | differs | 5 of 46 resources differ, 1 follows |
      | mx2 | as declared | 40 resources as declared |
      | mx3 | unreachable |  |

      ## mx1

      - \`+ package:chrony\` (base): installed
      - \`- link:/etc/motd.d/cockpit\` (base): path symbolic link
      - \`~ file:/etc/postfix/main.cf\` (postfix): content fingerprint 11111111 → 22222222, owner postfix → root, mode 0600 → 0644
        \`\`\`diff
        @@ -1,2 +1,2 @@
         mydomain = blue.example
        -inet_protocols = ipv4
        +inet_protocols = all
        \`\`\`
      - \`~ file:/etc/x\` (postfix): mode 0600 → 0644
      - \`~ service:postfix.service\` (postfix): restart: its inputs change
      - \`? service:saslauthd.service\` (postfix): the unit is not installed yet

      ## mx3

      \`\`\`
      no answer from <203.0.113.12> & co
      log
      \`\`\`

      → look
      "
    `)
  })

  it('keeps fences in contents and pipes in names apart from its own', () => {
    const diff = '@@ -1 +1 @@\n-```\n+~~~\n'
    const odd = step('base', 'file:/etc/a|b', {
      action: 'update',
      differences: [difference('content', 'a', 'b', { diff })],
    })
    expect(
      markdownReport(record([hostResult('mx|1', { status: 'drift', plan: plan('mx|1', [odd]) })])),
    ).toMatchInlineSnapshot(`
      "# orchestrate drift: 1 host: 1 differs

      Run \`20261124T034856Z-3f9a\`, started 2026-11-24T03:48:56.000Z, took 4.1 s.

      | host | state | |
      |---|---|---|
      | mx\\|1 | differs | 1 of 41 resources differs |

      ## mx\\|1

      - \`~ file:/etc/a|b\` (base): content a → b
        \`\`\`\`diff
        @@ -1 +1 @@
        -\`\`\`
        +~~~
        \`\`\`\`
      "
    `)
  })
})
