import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as lab from '../lab/index.ts'
import { firewallHost as host } from './fixtures/own-host.ts'
import * as gate from './support/gate.ts'
import { leftovers, onHost, until } from './support/hosts.ts'
import { orchestrate, reported, start } from './support/orchestrate.ts'

const inventory = 'test/e2e/fixtures/firewall.ts'
const apply = ['apply', inventory, '--yes', '--format', 'json']
const closing = { TEST_RULE: 'rule family="ipv4" port port="22" protocol="tcp" reject' }
const restored = 'test -f /var/lib/orchestrate/firewall-restore/restored'
const armed = 'systemctl -q is-active orchestrate-restore.timer || test -e /var/lib/orchestrate/firewall-restore'

/** What zone `public` lets in, at run time and permanently. */
const open = () =>
  onHost(host, 'for side in "" --permanent; do firewall-cmd $side --list-all | grep -E "services:|ports:|rule "; done')

beforeAll(async () => {
  await lab.requireLab()
  await lab.recreate(host)
})
afterAll(async () => {
  await lab.recreate(host)
})

describe('a change of the firewall', () => {
  it('is final when a new connection has come through', async () => {
    const ended = await orchestrate(...apply)
    expect(ended.stderr.match(/failed.*/g) ?? []).toEqual([])
    expect(ended.code).toBe(0)
    expect(await onHost(host, `systemctl is-active firewalld; if ${armed}; then echo armed; fi`)).toBe('active')
  })

  it('that closes sshd’s port fails, says why, and is undone by the host itself, permanently and at run time', async () => {
    await onHost(host, 'firewall-cmd -q --add-port=7777/tcp; firewall-cmd -q --remove-service=dhcpv6-client')
    const before = await open()
    const ended = await start(apply, { env: closing }).ended
    expect(ended.code).toBe(1)
    expect(reported(ended).get(host)).toMatchObject({
      status: 'failed',
      code: 'E_CUT_OFF',
      message: expect.stringMatching(
        /takes no new connection since its firewall was changed \(.+\); unless one comes .*, 12 seconds after the change/,
      ),
    })
    await until(host, restored)
    expect(await open()).toBe(before)
    const drift = await orchestrate('drift', inventory)
    expect(drift.code).toBe(0)
  })

  it('that is made right the next time is final again', async () => {
    const ended = await start(apply, { env: { TEST_PORT: '8443/tcp' } }).ended
    expect(ended.code).toBe(0)
    expect(await onHost(host, `firewall-cmd --list-ports; if ${armed}; then echo armed; fi`)).toBe('7777/tcp 8443/tcp')
    expect(await leftovers(host)).toBe('')
  })

  it('whose controller is killed is made final by the connection of the next apply', async () => {
    await gate.shut(host)
    const killed = start(apply, { env: { TEST_PORT: '8444/tcp' } })
    await gate.reached(host)
    expect(await onHost(host, `if ${armed}; then echo armed; fi`)).toBe('armed')
    killed.kill('SIGKILL')
    await killed.ended
    const next = start(apply, { env: { TEST_PORT: '8444/tcp' } }).ended
    await gate.open(host)
    expect((await next).code).toBe(0)
    expect(await onHost(host, `firewall-cmd --list-ports; if ${armed}; then echo armed; fi`)).toBe(
      '7777/tcp 8443/tcp 8444/tcp',
    )
  })

  it('that starts it for the first time is undone by stopping it', async () => {
    await onHost(host, 'systemctl -q disable --now firewalld')
    const ended = await start(apply, { env: closing }).ended
    expect(reported(ended).get(host)).toMatchObject({ status: 'failed', code: 'E_CUT_OFF' })
    await until(host, restored)
    expect(await onHost(host, 'systemctl is-active firewalld; systemctl is-enabled firewalld; true')).toBe(
      'inactive\ndisabled',
    )
    expect((await orchestrate(...apply)).code).toBe(0)
  })
})
