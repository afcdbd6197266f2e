import { describe, expect, it } from 'vitest'
import { type ActiveChange, difference, updateIf } from '../../../src/model/change.ts'
import { plansText, textReport } from '../../../src/report/text.ts'
import { everySort, hostResult, plan, record, step, withoutSelinux } from './records.ts'

const refusedKey = {
  status: 'unreachable',
  code: 'E_HOST_KEY',
  message: 'the host key of mx3 (203.0.113.12) is unknown: SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU',
  hint: 'compare the fingerprint with the console of the host, then accept it',
} as const

describe('textReport', () => {
  it('is steered by no value, whatever it reads like', () => {
    const change = updateIf([
      difference('target', 'absent', 'installed'),
      difference('target', 'installed', 'absent'),
      difference('comment', 'fingerprint old', 'fingerprint new', { label: 'restart' }),
    ]) as ActiveChange
    const odd = step('base', 'link:/etc/x', change)
    expect(textReport(record([hostResult('mx1', { status: 'drift', plan: plan('mx1', [odd]) })]))).toContain(
      'target absent → installed, target installed → absent, restart fingerprint old → fingerprint new',
    )
  })

  it('tells each change in words, the whole thing within 80 columns', () => {
    const hosts = [
      hostResult('mx1', { status: 'drift', plan: everySort('mx1') }),
      hostResult('mx2', { status: 'converged', plan: plan('mx2', []) }),
    ]
    expect(textReport(record(hosts), { width: 80 })).toMatchInlineSnapshot(`
      "mx2  40 resources as declared  3.2 s

      mx1  5 of 46 resources differ, 1 follows  3.2 s
        base
          + package:chrony  installed
          - link:/etc/motd.d/cockpit  path symbolic link
        postfix
          ~ file:/etc/postfix/main.cf
                content fingerprint 11111111 → 22222222
                owner postfix → root
                mode 0600 → 0644
          ~ file:/etc/x  mode 0600 → 0644
          ~ service:postfix.service  restart: its inputs change
          ? service:saslauthd.service  the unit is not installed yet

      2 hosts: 1 as declared, 1 differs  4.1 s
      "
    `)
  })

  it('shows unified diffs when asked', () => {
    const hosts = [hostResult('mx1', { status: 'drift', plan: everySort('mx1') })]
    expect(textReport(record(hosts), { diff: true })).toMatchInlineSnapshot(`
      "mx1  5 of 46 resources differ, 1 follows  3.2 s
        base
          + package:chrony  installed
          - link:/etc/motd.d/cockpit  path symbolic link
        postfix
          ~ file:/etc/postfix/main.cf  content fingerprint 11111111 → 22222222, owner postfix → root, mode 0600 → 0644
                @@ -1,2 +1,2 @@
                 mydomain = blue.example
                -inet_protocols = ipv4
                +inet_protocols = all
          ~ file:/etc/x  mode 0600 → 0644
          ~ service:postfix.service  restart: its inputs change
          ? service:saslauthd.service  the unit is not installed yet

      1 host: 1 differs  4.1 s
      "
    `)
  })

  it('counts changes, restarts and reloads after apply, and gives reasons of failures with log lines and hint', () => {
    const hosts = [
      hostResult('mx1', { plan: everySort('mx1'), changed: 5, restarts: 1, reloads: 2 }),
      hostResult('mx2', {
        status: 'failed',
        plan: everySort('mx2'),
        message:
          'service:postfix.service failed in role postfix; 2 files were rolled back\nfatal: bad string length 0\nexit 1',
        hint: 'mend the cause and run the command again; it goes on where this one stopped',
      }),
      hostResult('mx3', refusedKey),
    ]
    expect(textReport(record(hosts, { command: 'apply' }), { width: 80, brief: true })).toMatchInlineSnapshot(`
      "mx1  5 changes, 1 restart, 2 reloads  3.2 s

      mx3  unreachable  3.2 s
        the host key of mx3 (203.0.113.12) is unknown:
        SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU
        → compare the fingerprint with the console of the host, then accept it

      mx2  failed  3.2 s
        service:postfix.service failed in role postfix; 2 files were rolled back
        | fatal: bad string length 0
        | exit 1
        → mend the cause and run the command again; it goes on where this one stopped

      3 hosts: 1 changed, 1 unreachable, 1 failed  4.1 s
      "
    `)
  })

  it('says what several hosts are told to do once, after all of them', () => {
    const lost = (name: string) =>
      hostResult(name, {
        status: 'unreachable',
        message: `lost the connection to ${name}`,
        hint: 'run the command again',
      })
    expect(textReport(record(['mx1', 'mx2'].map(lost)), { width: 80 })).toMatchInlineSnapshot(`
      "mx1  unreachable  3.2 s
        lost the connection to mx1

      mx2  unreachable  3.2 s
        lost the connection to mx2

      → mx1, mx2: run the command again

      2 hosts: 2 unreachable  4.1 s
      "
    `)
  })

  it('shows a change that many hosts share once, and folds long lists of hosts with nothing to tell', () => {
    const steps = [
      step('base', 'file:/etc/x', {
        action: 'update',
        differences: [difference('mode', '0600', '0644', { affects: 'access' })],
      }),
    ]
    const same = ['mx1', 'mx2'].map((name) => hostResult(name, { status: 'drift', plan: plan(name, steps) }))
    const calm = Array.from({ length: 30 }, (_, index) =>
      hostResult(`c${index}`, { status: 'converged', plan: plan('c', []) }),
    )
    expect(textReport(record([...same, ...calm]))).toMatchInlineSnapshot(`
      "c0   40 resources as declared  3.2 s
      … and 29 more like it

      mx1  1 of 41 resources differs  3.2 s
      mx2  1 of 41 resources differs  3.2 s
        base
          ~ file:/etc/x  mode 0600 → 0644

      32 hosts: 30 as declared, 2 differ  4.1 s
      "
    `)
  })

  it('says once, above the total, what nothing could be done about', () => {
    const hosts = ['mx1', 'mx2'].map((name) =>
      hostResult(name, {
        status: 'converged',
        plan: withoutSelinux(plan(name, []), 'se-port:8891/tcp', 'se-boolean:httpd_can_sendmail'),
      }),
    )
    expect(textReport(record(hosts, { exit: 'ok' }))).toMatchInlineSnapshot(`
      "mx1  40 resources as declared  3.2 s
      mx2  40 resources as declared  3.2 s

      SELinux is off on mx1, mx2: nothing to do for 2 resources
      2 hosts: 2 as declared  4.1 s
      "
    `)
    const many = Array.from({ length: 5 }, (_, index) =>
      hostResult(`c${index}`, { status: 'converged', plan: withoutSelinux(plan('c', []), 'se-port:8891/tcp') }),
    )
    expect(textReport(record(many))).toContain('\nSELinux is off on 5 hosts: nothing to do for 1 resource\n')
  })

  it('tells what nobody declared, whether or not anything else differs', () => {
    const undeclared = [{ role: 'opendkim', id: 'service:opendkim.service', what: 'unit file /etc/x.service' }] as const
    const found = { ...plan('mx1', []), undeclared }
    expect(
      textReport(record([hostResult('mx1', { status: 'drift', plan: found })], { exit: 'drift' })),
    ).toMatchInlineSnapshot(`
      "mx1  40 resources as declared, 1 undeclared  3.2 s
        undeclared
          ! service:opendkim.service  unit file /etc/x.service

      1 host: 1 differs  4.1 s
      "
    `)
    const applied = record([hostResult('mx1', { status: 'converged', plan: found })], { exit: 'ok' })
    expect(textReport(applied)).toContain('! service:opendkim.service  unit file /etc/x.service')
    const differs = {
      ...plan('mx1', [step('base', 'file:/etc/x', updateIf([difference('mode', '0600', '0644')]) as ActiveChange)]),
      undeclared,
    }
    expect(textReport(record([hostResult('mx1', { status: 'drift', plan: differs })]))).toContain(
      'mx1  1 of 41 resources differs, 1 undeclared',
    )
  })

  it('colours by meaning', () => {
    const mark = (name: string) => (text: string) => `<${name}>${text}</>`
    const paint = {
      bold: mark('b'),
      dim: mark('dim'),
      red: mark('red'),
      green: mark('green'),
      yellow: mark('yellow'),
      cyan: mark('cyan'),
    }
    const hosts = [hostResult('mx1', { status: 'drift', plan: everySort('mx1') })]
    expect(textReport(record(hosts), { paint, diff: true })).toMatchInlineSnapshot(`
      "<b>mx1</>  <yellow>5 of 46 resources differ, 1 follows</><dim>  3.2 s</>
        <b>base</>
          <green>+ package:chrony</>  installed
          <red>- link:/etc/motd.d/cockpit</>  path symbolic link
        <b>postfix</>
          <yellow>~ file:/etc/postfix/main.cf</>  content fingerprint 11111111 → 22222222, owner postfix → root, mode 0600 → 0644
                <cyan>@@ -1,2 +1,2 @@</>
                 mydomain = blue.example
                <red>-inet_protocols = ipv4</>
                <green>+inet_protocols = all</>
          <yellow>~ file:/etc/x</>  mode 0600 → 0644
          <yellow>~ service:postfix.service</>  restart: its inputs change
          <cyan>? service:saslauthd.service</>  the unit is not installed yet

      <b>1 host: 1 differs</><dim>  4.1 s</>
      "
    `)
  })
})

describe('plansText', () => {
  it('shows what a person is asked to agree to', () => {
    expect(plansText([everySort('mx1'), everySort('mx10')], { width: 80 })).toMatchInlineSnapshot(`
      "mx1   6 changes, 40 as declared
      mx10  6 changes, 40 as declared
        base
          + package:chrony  installed
          - link:/etc/motd.d/cockpit  path symbolic link
        postfix
          ~ file:/etc/postfix/main.cf
                content fingerprint 11111111 → 22222222
                owner postfix → root
                mode 0600 → 0644
          ~ file:/etc/x  mode 0600 → 0644
          ~ service:postfix.service  restart: its inputs change
          ? service:saslauthd.service  the unit is not installed yet

      "
    `)
  })
})
