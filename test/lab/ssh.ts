import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LabHost } from './hosts.ts'
import { inNamespace } from './namespace.ts'
import { identityPath, knownHostsPath, NAMESPACE_PATH, sshConfigPath, stateDir } from './paths.ts'
import { containerName, tryPodman } from './podman.ts'
import { run } from './process.ts'

export const BOOT_SECONDS = 90
const HOST_KEY_TYPES = ['ed25519', 'ecdsa', 'rsa'] as const

async function ensureKey(path: string, type: string, comment: string): Promise<void> {
  if (existsSync(path) && existsSync(`${path}.pub`)) return
  await run(['ssh-keygen', '-q', '-t', type, '-N', '', '-C', comment, '-f', path])
}

/** The key pair that opens every host as root; made once per checkout. */
export async function ensureIdentity(): Promise<string> {
  await mkdir(stateDir, { recursive: true, mode: 0o700 })
  await ensureKey(identityPath, 'ed25519', 'orchestrate lab')
  return readFile(`${identityPath}.pub`, 'utf8')
}

/** Host keys are kept here, so that a recreated host is the same host to its clients. Returns their folder. */
export async function ensureHostKeys(host: LabHost): Promise<string> {
  const folder = join(stateDir, 'hosts', host.name, 'etc/ssh')
  await mkdir(folder, { recursive: true })
  for (const type of HOST_KEY_TYPES) {
    const path = join(folder, `ssh_host_${type}_key`)
    await ensureKey(path, type, host.fqdn)
    await chmod(path, 0o600)
  }
  return folder
}

/** The keys which a host really has; of a host that is not asked or not running, those it was given. */
async function readHostKeys(host: LabHost, ask: boolean): Promise<string[]> {
  const cat = 'cat "$0"/ssh_host_*_key.pub'
  const exec = ['exec', containerName(host.name), 'sh', '-c', cat, '/etc/ssh']
  const answer = ask ? await tryPodman(exec) : undefined
  const keys = answer?.code === 0 ? answer.stdout : await run(['sh', '-c', cat, await ensureHostKeys(host)])
  return keys
    .split('\n')
    .filter(Boolean)
    .map((line) => `${host.name},${host.fqdn},${host.ip} ${line.split(' ').slice(0, 2).join(' ')}`)
}

/**
 * Writes ssh_config and known_hosts for all hosts; both serve inside and outside the lab's namespace. The `fresh` ones are
 * asked for their keys.
 */
export async function writeSshFiles(hosts: readonly LabHost[], fresh: ReadonlySet<string>): Promise<void> {
  const keys = await Promise.all(hosts.map((host) => readHostKeys(host, fresh.has(host.name))))
  await replaceFile(knownHostsPath, keys.flat().join('\n').concat('\n'))
  const aliases = hosts.map(({ name, fqdn, ip }) => `Host ${name} ${fqdn} ${ip}\n  HostName ${ip}\n`).join('')
  await replaceFile(
    sshConfigPath,
    `${aliases}
Host ${hosts.flatMap(({ name, fqdn, ip }) => [name, fqdn, ip]).join(' ')}
  User root
  IdentityFile ${identityPath}
  IdentitiesOnly yes
  UserKnownHostsFile ${knownHostsPath}
  StrictHostKeyChecking yes
  ProxyCommand nsenter --net=${NAMESPACE_PATH} socat - TCP:%h:%p,nodelay
  ConnectTimeout 10
  ServerAliveInterval 10
`,
  )
}

/** Other processes read these files at any time. */
async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.${process.pid}`, text)
  await rename(`${path}.${process.pid}`, path)
}

/** Waits until sshd says its name. */
export async function waitForSshd(host: LabHost, signal?: AbortSignal): Promise<void> {
  const deadline = Date.now() + BOOT_SECONDS * 1000
  const knock = inNamespace([
    'timeout',
    '2',
    'socat',
    '-u',
    `TCP:${host.ip}:22,connect-timeout=1`,
    'STDOUT,readbytes=8',
  ])
  for (;;) {
    signal?.throwIfAborted()
    const banner = await run(['sh', '-c', '"$@" 2>/dev/null | head -c 8 || :', 'knock', ...knock])
    if (banner.startsWith('SSH-2.0')) return
    if (Date.now() > deadline) throw new Error(`${host.name}: no sshd at ${host.ip}:22 after ${BOOT_SECONDS} s`)
    await new Promise((resolve) => setTimeout(resolve, 150))
  }
}
