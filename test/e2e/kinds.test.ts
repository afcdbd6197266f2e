import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as lab from '../lab/index.ts'
import { kindsHost as host } from './fixtures/own-host.ts'
import { leftovers, onHost } from './support/hosts.ts'
import { broken, facts, grown } from './support/kinds.ts'
import { differencesOf, orchestrate, reported, start } from './support/orchestrate.ts'
import { ownSecrets } from './support/secrets.ts'
import { ownTarball } from './support/tarball.ts'

const inventory = 'test/e2e/fixtures/kinds.ts'
const apply = () => orchestrate('apply', inventory, '--yes', '--format', 'json')
const drift = () => orchestrate('drift', inventory, '--format', 'json')
let secrets: Awaited<ReturnType<typeof ownSecrets>>
let tarball: Awaited<ReturnType<typeof ownTarball>>
let whole = ''

beforeAll(async () => {
  await lab.requireLab()
  tarball = await ownTarball()
  secrets = await ownSecrets(inventory)
  await lab.recreate(host)
  for (const script of grown) await onHost(host, script)
})
afterAll(async () => {
  await Promise.all([secrets.drop(), tarball.drop()])
  await lab.recreate(host)
})

describe('every kind on one host', () => {
  it('comes into being, or goes', async () => {
    const before = await drift()
    expect(before.code).toBe(2)
    expect(
      reported(before)
        .get(host)
        ?.changes?.filter(({ action }) => action === 'remove'),
    ).toHaveLength(10)
    const applied = await apply()
    expect(applied.stderr.match(/failed.*/g) ?? []).toEqual([])
    expect(applied.code).toBe(0)
    whole = await onHost(host, facts)
    expect(whole).toMatchInlineSnapshot(`
      "[crb]
      baseurl=file:///opt/el9lab/repo/crb
      enabled=1
      [epel]
      baseurl=file:///opt/el9lab/repo/epel
      enabled=1
      [kinds]
      baseurl=file:///opt/el9lab/repo/extras
      enabled=1
      wget 1.21.3
      lab-probe 2.0
      package nano is not installed
      epel-release 9
      stream=8.2
      state=enabled
      kinds.blue.example
      kinds.blue.example
      kinds:x:4242:4242::/home/kinds:/sbin/nologin
      kinds:x:4242:
      kinds mail
      !
      drwxr-x--- root:kinds '.'
      -rw-r----- root:kinds './asked'
      -rw------- root:root './chain.pem'
      -rw-r--r-- root:root './checked.conf'
      lrwxrwxrwx root:root './current' -> 'text.conf'
      -rw------- root:root './index'
      -rw-r----- root:root './key.pem'
      -rw------- root:root './made'
      -rw-r----- kinds:kinds './owned.conf'
      -rw------- root:root './secret'
      -rw-r--r-- root:root './stray'
      -rw-r--r-- root:root './template.conf'
      -rw-r--r-- root:root './text.conf'
      colour = blue
      # Kept by orchestrate (role base): hand edits are undone.
      [Journal]
      Storage=persistent
      MaxRetentionSec=7day
      owned
      sound
      made
      wanted
      loaded
      drwxr-x--- root:kinds .
      -rw-r--r-- root:kinds program
      drwxr-xr-x root:kinds data
      program 1.0
      not-found inactive  loaded active
      /etc/kinds/stray
      reload active enabled
      restart active enabled
      down active enabled
      disabled active enabled
      unwanted inactive disabled
      utf8mb4_unicode_ci
      entry
      spare
      one	blue	32
      three	blue	32
      two	blue	32
      kinds
      kinds	localhost
      GRANT USAGE ON *.* TO \`kinds\`@\`localhost\` IDENTIFIED BY PASSWORD
      GRANT SELECT, INSERT ON \`kinds\`.* TO \`kinds\`@\`localhost\`
      public
        services: dhcpv6-client smtp smtps ssh
        ports: 8025/tcp 8027/udp
      	rule family="ipv4" source address="198.51.100.0/24" port port="8026" protocol="tcp" accept
      kinds
        services: imaps
        ports: 60000-60010/tcp
      public
        services: dhcpv6-client smtp smtps ssh
        ports: 8025/tcp 8027/udp
      	rule family="ipv4" source address="198.51.100.0/24" port port="8026" protocol="tcp" accept
      kinds
        services: imaps
        ports: 60000-60010/tcp"
    `)
  })

  it('stays as it is the second time', async () => {
    const again = await apply()
    expect(again.code).toBe(0)
    expect(reported(again).get(host)).toMatchObject({ status: 'converged', changed: 0, restarts: 0, reloads: 0 })
  })
})

describe('a watched file that somebody edits', () => {
  it('is one difference; the check, the command and the reload follow; what only SELinux could do is noted', async () => {
    await onHost(host, 'echo by hand >>/etc/kinds-tree/main.conf')
    const found = reported(await drift()).get(host)
    expect(differencesOf(found).map((one) => one.replace(/:? fingerprint.*/, ''))).toEqual([
      'file:/etc/kinds-tree/main.conf content',
    ])
    expect(found?.changes?.filter(({ consequence }) => consequence).map(({ id }) => id)).toEqual([
      'validate:/etc/kinds-tree',
      'command:index the tree',
      'service:kinds@reload.service',
    ])
    expect(found?.notes).toEqual(
      ['se-port:8899/tcp', 'se-boolean:httpd_can_sendmail', 'se-context:/srv/kinds(/.*)?'].map((id) => ({
        role: 'kinds-system',
        id,
        note: 'SELinux is off',
      })),
    )
    const { stdout } = await orchestrate('drift', inventory)
    expect(stdout).toContain(`SELinux is off on ${host}: nothing to do for 3 resources`)
    expect(stdout).toMatch(/1 of \d+ resources differs, 3 follow/)
  })
})

describe('what is broken by hand, in every kind at once', () => {
  it('is named by drift, exactly that, with before and after', async () => {
    for (const script of broken) await onHost(host, script)
    const found = await drift()
    expect(found.code).toBe(2)
    const named = differencesOf(reported(found).get(host)).map((one) =>
      one.replace(/(fingerprint|archive) [0-9a-f]{8}/g, '$1 #'),
    )
    expect(named).toMatchInlineSnapshot(`
      [
        "repository:kinds baseurl: file:///opt/el9lab/repo/epel → file:///opt/el9lab/repo/extras",
        "repository:kinds gpgcheck: 1 → 0",
        "repository:crb repository: disabled → enabled",
        "repository:epel repository: absent → enabled",
        "module-stream:php stream: default → 8.2",
        "package:wget version: absent → installed",
        "package:lab-probe version: 0:1.0-1.el9.noarch → 2.0-1.el9",
        "package:nano version: 32:7.2-1.el9.x86_64 → absent",
        "hostname:kinds.blue.example static: other.blue.example → kinds.blue.example",
        "group:kinds gid: 4343 → 4242",
        "user:kinds uid: 4343 → 4242",
        "user:kinds shell: /bin/bash → /sbin/nologin",
        "user:kinds groups: none → mail",
        "user:kinds password: set → locked",
        "directory:/etc/kinds group: 4242 → kinds",
        "directory:/etc/kinds mode: 0777 → 0750",
        "file:/etc/kinds/text.conf content: fingerprint # → fingerprint #",
        "file:/etc/kinds/template.conf content: fingerprint # → fingerprint #",
        "file:/etc/kinds/secret content: fingerprint # → fingerprint #",
        "file:/etc/kinds/secret mode: 0644 → 0600",
        "file:/etc/kinds/owned.conf owner: nobody → kinds",
        "file:/etc/kinds/owned.conf group: root → kinds",
        "file:/etc/kinds/checked.conf content: absent → 1 line",
        "link:/etc/kinds/current target: owned.conf → text.conf",
        "file:/etc/kinds/old.conf path: regular file → absent",
        "directory:/etc/kinds/old.d path: directory → absent",
        "link:/etc/kinds/old path: symbolic link → absent",
        "archive:/opt/kinds-old path: directory → absent",
        "user:kinds-old account: uid 4777 → absent",
        "group:kinds-old gid: 4777 → absent",
        "service:kinds-old.service state: active → stopped",
        "file:/etc/systemd/system/kinds-old.service path: regular file → absent",
        "only-declared:/etc/kinds file: stray.conf → absent",
        "archive:/opt/kinds content: not from an archive → archive #",
        "archive:/opt/kinds group: 4242 → kinds",
        "archive:/opt/kinds mode: 0755 → 0750",
        "command:made once /etc/kinds/made: absent → created",
        "command:made when asked guard: not satisfied → run",
        "permissions:/etc/kinds/asked group: 4242 → kinds",
        "permissions:/etc/kinds/asked mode: 0666 → 0640",
        "certificate:kinds.blue.example check: others may read or change /etc/kinds/key.pem → passed",
        "file:/etc/kinds-tree/main.conf content: fingerprint # → fingerprint #",
        "service:kinds@restart.service restart: has not loaded /etc/kinds-by-hand/one.conf → restarted",
        "service:kinds@down.service state: inactive → active",
        "service:kinds@disabled.service enabled: disabled → enabled",
        "service:kinds@unwanted.service enabled: enabled → disabled",
        "service:kinds@unwanted.service state: active → stopped",
        "database:kinds collation: latin1_bin → utf8mb4_unicode_ci",
        "database-user:kinds@localhost password: another password → <secret:kinds/database>",
        "database-grant:kinds@localhost/kinds.* INSERT: revoked → granted",
        "database-grant:kinds@localhost/kinds.* DELETE: granted → revoked",
        "database-schema:kinds/spare table spare: absent → imported",
        "database-rows:kinds.entry row one: colour: red → blue",
        "database-rows:kinds.entry row two: token: fingerprint # → <secret:kinds/token>",
        "database-rows:kinds.entry row three: absent → added",
        "database-rows:kinds.entry row four: present → removed",
        "command:nothing red guard: not satisfied → run",
        "database:kinds_old database: present, 1 table → absent",
        "database-user:kinds_old@* 'kinds_old'@'localhost': present → absent",
        "database-user:kinds_old@* 'kinds_old'@'%': present → absent",
        "firewall-zone:public runtime port 8025/tcp: closed → open",
        "firewall-zone:public runtime port 9999/tcp: open → closed",
        "firewall-zone:public permanent service smtps: closed → open",
        "firewall-zone:public permanent rule family="ipv4" source address="198.51.100.0/24" port port="8026" protocol="tcp" accept: closed → open",
        "firewall-zone:kinds permanent service imaps: closed → open",
        "firewall-zone:kinds permanent port 60000-60010/tcp: closed → open",
      ]
    `)
  })

  it('is repaired by one apply', async () => {
    const applied = await apply()
    expect(applied.stderr.match(/failed.*/g) ?? []).toEqual([])
    expect(applied.code).toBe(0)
    expect(await onHost(host, facts)).toBe(whole)
    const after = await drift()
    expect({ code: after.code, differences: differencesOf(reported(after).get(host)) }).toEqual({
      code: 0,
      differences: [],
    })
    expect(await leftovers(host)).toBe('')
  })
})

describe('a candidate that its check refuses', () => {
  it.each([
    ['TEST_CHECKED', 'file:/etc/kinds/checked.conf', 'a broken candidate', '/etc/kinds/checked.conf'],
    ['TEST_TREE', 'validate:/etc/kinds-tree', 'a broken tree', '/etc/kinds-tree/main.conf'],
  ])('%s never goes live', async (name, id, said, live) => {
    const before = await onHost(host, `cat ${live}; stat -c '%i %Z' ${live}`)
    const ended = await start(['apply', inventory, '--yes', '--format', 'json'], { env: { [name]: 'broken' } }).ended
    expect(ended.code).toBe(1)
    expect(reported(ended).get(host)?.message).toBe(`${id} failed in role kinds-system\n${said}`)
    expect(await onHost(host, `cat ${live}; stat -c '%i %Z' ${live}`)).toBe(before)
  })

  it('and the next apply goes on from there', async () => {
    expect((await apply()).code).toBe(0)
    expect(await onHost(host, facts)).toBe(whole)
  })
})
