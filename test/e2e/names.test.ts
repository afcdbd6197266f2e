import { execFile } from 'node:child_process'
import process from 'node:process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as lab from '../lab/index.ts'
import { onHost } from './support/hosts.ts'
import { differencesOf, orchestrate, reported, start } from './support/orchestrate.ts'
import { ownSecrets } from './support/secrets.ts'

const inventory = 'test/e2e/fixtures/mailhost.ts'
const hour = 3_600_000
let secrets: Awaited<ReturnType<typeof ownSecrets>>

/** What the probe of a mail host costs on the host: processes, and the least of five times in milliseconds. */
interface Cost {
  readonly processes: number
  readonly milliseconds: number
}

beforeAll(async () => {
  await lab.requireLab()
  process.env['TEST_HOST'] = 'mx1'
  secrets = await ownSecrets(inventory)
})
afterAll(() => secrets.drop())

describe('the probe of a mail host', () => {
  it('starts as many processes for 50 domains and client names as for 2', { timeout: hour }, async () => {
    const few = await costWith('2')
    const many = await costWith('50')
    process.stderr.write(`probe of a mail host: ${JSON.stringify({ few, many })}\n`)
    expect(few.processes).toBeGreaterThan(50)
    expect(many.processes).toBe(few.processes)
  })

  it('says exactly what was changed by hand, and it is repaired', { timeout: hour }, async () => {
    const keys = '/etc/opendkim/keys/d7.example/s1.private /etc/openarc/keys/blue.example/arc.private'
    await onHost(
      'mx1',
      `chmod 0644 ${keys}
chown root /etc/opendkim/keys/d8.example/s1.private
cp /etc/postfix/tls_server_sni_maps /run/other-map && sed -i 's/mail.d9.example/mail.other.example/' /run/other-map
postmap -F hash:/run/other-map && cat /run/other-map.db >/etc/postfix/tls_server_sni_maps.db
mysql -e "UPDATE config SET value = '1' WHERE name = 'version'" postfix
sed -i 's/^\\(root:\\).*/\\1 somebody/' /etc/aliases && newaliases`,
    )
    const drift = await start(['drift', inventory, '--format', 'json']).ended
    expect(differencesOf(reported(drift).get('mx1'))).toEqual([
      'command:tables of PostfixAdmin guard: not satisfied → run',
      'permissions:/etc/opendkim/keys/d7.example/s1.private mode: 0644 → 0600',
      'permissions:/etc/opendkim/keys/d8.example/s1.private owner: root → opendkim',
      'permissions:/etc/openarc/keys/blue.example/arc.private mode: 0644 → 0600',
      'command:build tls_server_sni_maps.db guard: not satisfied → run',
      'command:alias of root guard: not satisfied → run',
    ])
    expect((await orchestrate('apply', inventory, '--yes')).code).toBe(0)
    expect(await onHost('mx1', `stat -c '%a %U' ${keys} /etc/opendkim/keys/d8.example/s1.private`)).toBe(
      '600 opendkim\n600 openarc\n600 opendkim',
    )
    expect((await orchestrate('drift', inventory)).code).toBe(0)
  })

  it('sees a certificate made for another name, and makes it again', { timeout: hour }, async () => {
    const live = '/etc/pki/orchestrate-lab/live'
    await onHost('mx1', `cp ${live}/mail.d2.example/* ${live}/mail.d3.example/`)
    const drift = await start(['drift', inventory, '--format', 'json']).ended
    expect(differencesOf(reported(drift).get('mx1'))).toContain(
      'command:make lab certificates guard: not satisfied → run',
    )
    expect((await orchestrate('apply', inventory, '--yes')).code).toBe(0)
    expect((await orchestrate('drift', inventory)).code).toBe(0)
  })

  it('starts Postfix again where it does not listen on all addresses', { timeout: hour }, async () => {
    await onHost('mx1', 'postconf -e inet_interfaces=loopback-only && systemctl restart postfix.service')
    const drift = await start(['drift', inventory, '--format', 'json']).ended
    expect(differencesOf(reported(drift).get('mx1')).join('\n')).toMatch(
      /^service:postfix\.service .*does not listen on 0\.0\.0\.0:25/m,
    )
    expect((await orchestrate('apply', inventory, '--yes')).code).toBe(0)
    expect(await onHost('mx1', `ss -Hltn 'sport = :25' | awk '{ print $4 }'`)).toBe('0.0.0.0:25')
    expect((await orchestrate('drift', inventory)).code).toBe(0)
  })
})

/** Makes mx1 a mail host with so many domains and client names, and asks what its probe costs. */
async function costWith(names: string): Promise<Cost> {
  process.env['TEST_NAMES'] = names
  const made = await orchestrate('apply', inventory, '--yes')
  expect({ code: made.code, stderr: made.code === 0 ? '' : made.stderr }).toEqual({ code: 0, stderr: '' })
  const { stdout } = await promisify(execFile)(process.execPath, ['test/e2e/fixtures/print-probe.ts', inventory], {
    maxBuffer: 1 << 26,
  })
  expect((await lab.exec('mx1', 'cat > /run/probe.sh', { input: stdout })).code).toBe(0)
  // In a process namespace of its own ids are counted from 1; the `exit` keeps the shell from replacing itself.
  const counting = `sh /run/probe.sh >/dev/null 2>&1; sh -c 'echo $$'; exit`
  const processes = await onHost('mx1', `unshare --pid --fork --mount-proc sh -c "$(cat <<'END'\n${counting}\nEND\n)"`)
  const times = await onHost(
    'mx1',
    `for round in 1 2 3 4 5; do
  from=$(date +%s%N); sh /run/probe.sh >/dev/null 2>&1; echo $((($(date +%s%N) - from) / 1000000))
done`,
  )
  return { processes: Number(processes), milliseconds: Math.min(...times.split('\n').map(Number)) }
}
