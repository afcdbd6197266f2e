import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as lab from '../lab/index.ts'
import { onHost } from './support/hosts.ts'
import { reported, start } from './support/orchestrate.ts'
import { ownSecrets } from './support/secrets.ts'

const inventory = 'test/e2e/fixtures/fleet.ts'
const run = promisify(execFile)
let folder: string
let secrets: Awaited<ReturnType<typeof ownSecrets>>

async function driftWith(env: NodeJS.ProcessEnv) {
  const ended = await start(['drift', inventory, '--limit', 'mx1', '--roles', 'base', '--format', 'json'], { env })
    .ended
  return { code: ended.code, host: reported(ended).get('mx1') }
}

async function makeKey(name: string): Promise<string> {
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', join(folder, name)])
  return join(folder, name)
}

beforeAll(async () => {
  await lab.requireLab()
  folder = await mkdtemp(join(tmpdir(), 'orchestrate-access-'))
  secrets = await ownSecrets(inventory)
})
afterAll(async () => {
  await secrets.drop()
  await rm(folder, { recursive: true, force: true })
})

describe('host keys', () => {
  it('refuses an unknown one with its fingerprint and the next step', async () => {
    const empty = join(folder, 'empty_known_hosts')
    await writeFile(empty, '')
    const real = await onHost('mx1', 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub | cut -d " " -f 2')
    const { code, host } = await driftWith({ TEST_KNOWN_HOSTS: empty })
    expect(code).toBe(3)
    expect(host).toMatchObject({ status: 'unreachable', code: 'E_HOST_KEY' })
    expect(host?.message).toContain(real)
    expect(host?.hint).toContain(empty)
  })

  it('refuses a changed one and names the line that says otherwise', async () => {
    const other = join(folder, 'other_known_hosts')
    const key = await readFile(`${await makeKey('not-the-host')}.pub`, 'utf8')
    const known = await readFile(lab.knownHostsPath, 'utf8')
    const name = known
      .split('\n')
      .find((line) => line.includes('10.89.7.11') || line.startsWith('mx1'))
      ?.split(' ')[0]
    await writeFile(other, `# comment\n${name} ${key}`)
    const { code, host } = await driftWith({ TEST_KNOWN_HOSTS: other })
    expect(code).toBe(3)
    expect(host).toMatchObject({ status: 'unreachable', code: 'E_HOST_KEY' })
    expect(host?.message).toContain(`${other}:2`)
  })
})

describe('logins', () => {
  it('tries a wrong key once and says so', async () => {
    const since = await onHost('mx1', 'date +%s')
    const key = await makeKey('wrong')
    const config = join(folder, 'config')
    const own = await readFile(lab.sshConfigPath, 'utf8')
    await writeFile(config, own.replaceAll(/^\s*IdentityFile.*$/gm, ''))
    const { code, host } = await driftWith({ TEST_IDENTITY: key, TEST_SSH_CONFIG: config })
    expect(code).toBe(3)
    expect(host).toMatchObject({ status: 'unreachable', code: 'E_AUTH' })
    expect(host?.message).toContain('root')
    const attempts = await onHost(
      'mx1',
      `journalctl -u sshd --since @${since} -o cat | grep -c "authenticating user root" || true`,
    )
    expect(attempts).toBe('1')
  })

  it('works as an ordinary user with sudo and its password, and tries a wrong password once', async () => {
    await onHost(
      'mx1',
      `id ops >/dev/null 2>&1 || useradd -m ops
echo 'ops:right-horse' | chpasswd
echo 'ops ALL=(ALL) ALL' > /etc/sudoers.d/ops
install -d -m 0700 -o ops -g ops /home/ops/.ssh
install -m 0600 -o ops -g ops /root/.ssh/authorized_keys /home/ops/.ssh/authorized_keys`,
    )
    await start(['secrets', 'set', inventory, 'ops/sudo'], { env: { TEST_USER: 'ops' }, input: 'right-horse\n' }).ended
    const right = await driftWith({ TEST_USER: 'ops' })
    expect(right.host?.status).toMatch(/^(drift|converged)$/)

    await start(['secrets', 'set', inventory, 'ops/sudo'], { env: { TEST_USER: 'ops' }, input: 'wrong-horse\n' }).ended
    const since = await onHost('mx1', 'date +%s')
    const wrong = await driftWith({ TEST_USER: 'ops' })
    expect(wrong.code).toBe(1)
    expect(wrong.host).toMatchObject({ status: 'failed', code: 'E_SUDO' })
    const attempts = await onHost(
      'mx1',
      `journalctl --since @${since} -o cat | grep -o '[0-9]* incorrect password attempt' || true`,
    )
    expect(attempts).toBe('1 incorrect password attempt')
  })
})
