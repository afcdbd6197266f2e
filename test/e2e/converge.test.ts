import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as lab from '../lab/index.ts'
import { leftovers, onHost } from './support/hosts.ts'
import { differencesOf, orchestrate, reported } from './support/orchestrate.ts'
import { ownSecrets } from './support/secrets.ts'

const inventory = 'test/e2e/fixtures/fleet.ts'
let secrets: Awaited<ReturnType<typeof ownSecrets>>

beforeAll(async () => {
  await lab.requireLab()
  secrets = await ownSecrets(inventory)
  await Promise.all([lab.recreate('mx1'), lab.recreate('mx2')])
})
afterAll(() => secrets.drop())

describe('the main job', () => {
  it('takes two bare hosts to what the inventory says', async () => {
    const applied = await orchestrate('apply', inventory, '--yes', '--format', 'json')
    expect(applied.stderr.match(/failed.*/g) ?? []).toEqual([])
    expect(applied.code).toBe(0)
    for (const host of reported(applied).values()) expect(host).toMatchObject({ status: 'changed' })
  })

  it('changes and restarts nothing the second time', async () => {
    const again = await orchestrate('apply', inventory, '--yes', '--format', 'json')
    expect(again.code).toBe(0)
    for (const host of reported(again).values()) {
      expect(host).toMatchObject({ status: 'converged', changed: 0, restarts: 0, reloads: 0 })
    }
  })

  it('sees no drift', async () => {
    const drift = await orchestrate('drift', inventory, '--format', 'json')
    expect({ code: drift.code, differences: [...reported(drift).values()].flatMap(differencesOf) }).toEqual({
      code: 0,
      differences: [],
    })
  })
})

describe('ten things broken by hand on one host', () => {
  const broken = [
    'echo "shape = square" >> /etc/sample/one.conf',
    'chmod 0644 /etc/sample/two.conf',
    'chown nobody /etc/sample/three.conf',
    'ln -sfn three.conf /etc/sample/current',
    'systemctl stop rsyslog.service',
    'systemctl -q disable lab-probe.service',
    'rpm -e --nodeps wget',
    'firewall-cmd -q --zone=public --remove-port=8025/tcp',
    'mysql -e "REVOKE INSERT ON sample.* FROM sample@localhost"',
    'printf "[mysqld]\\nmax_connect_errors = 50\\n" > /etc/my.cnf.d/by-hand.cnf',
  ]

  it('are named by drift, exactly those, with before and after', async () => {
    for (const script of broken) await onHost('mx1', script)
    const drift = await orchestrate('drift', inventory, '--format', 'json', '--diff')
    expect(drift.code).toBe(2)
    const hosts = reported(drift)
    expect(differencesOf(hosts.get('mx2'))).toEqual([])
    expect(differencesOf(hosts.get('mx1')).sort()).toMatchInlineSnapshot(`
      [
        "database-grant:sample@localhost/sample.* INSERT: revoked → granted",
        "file:/etc/sample/one.conf content: fingerprint 893fbf5d → fingerprint 5f517819",
        "file:/etc/sample/three.conf owner: nobody → root",
        "file:/etc/sample/two.conf mode: 0644 → 0600",
        "firewall-zone:public runtime port 8025/tcp: closed → open",
        "link:/etc/sample/current target: three.conf → one.conf",
        "package:wget version: absent → installed",
        "service:lab-probe.service enabled: disabled → enabled",
        "service:mariadb.service restart: has not loaded /etc/my.cnf.d/by-hand.cnf → restarted",
        "service:rsyslog.service state: inactive → active",
      ]
    `)
    expect(drift.stdout).toContain('-shape = square')
  })

  it('are repaired by apply, exactly those, and the other host is not touched', async () => {
    const before = await onHost('mx2', 'stat -c "%n %z" /etc/sample/* /var/lib/orchestrate/loaded/*')
    const applied = await orchestrate('apply', inventory, '--yes', '--format', 'json')
    expect(applied.code).toBe(0)
    const hosts = reported(applied)
    expect(hosts.get('mx1')).toMatchObject({ status: 'changed', restarts: 1 })
    expect(hosts.get('mx2')).toMatchObject({ status: 'converged', changed: 0 })
    expect(await onHost('mx2', 'stat -c "%n %z" /etc/sample/* /var/lib/orchestrate/loaded/*')).toBe(before)
    const drift = await orchestrate('drift', inventory)
    expect(drift.code).toBe(0)
  })

  it('leaves no lock, journal or temporary file', async () => {
    expect(await leftovers('mx1')).toBe('')
  })
})
