import { chmod, cp, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LabHost } from './hosts.ts'
import { exec } from './inside.ts'
import { ensureNamespace } from './namespace.ts'
import { labDir, stateDir } from './paths.ts'
import {
  type Container,
  type CreateOptions,
  containerName,
  createContainer,
  ensureNetwork,
  listContainers,
  podman,
  removeContainer,
  resolvConf,
  tryPodman,
} from './podman.ts'
import { BOOT_SECONDS, ensureHostKeys, ensureIdentity, waitForSshd, writeSshFiles } from './ssh.ts'

/** What a host gets before its first boot: keys, resolv.conf, a plain /etc/hostname. Returns the folder. */
async function prepareSeed(host: LabHost): Promise<string> {
  const seed = join(stateDir, 'hosts', host.name)
  await ensureHostKeys(host)
  await cp(join(labDir, 'files/seed'), seed, { recursive: true })
  await mkdir(join(seed, 'root/.ssh'), { recursive: true })
  await writeFile(join(seed, 'root/.ssh/authorized_keys'), await ensureIdentity(), { mode: 0o600 })
  await chmod(join(seed, 'root/.ssh'), 0o700)
  await chmod(join(seed, 'root'), 0o550)
  await writeFile(join(seed, 'etc/resolv.conf'), resolvConf)
  const wants = join(seed, 'etc/systemd/system/sysinit.target.wants')
  await mkdir(wants, { recursive: true })
  await symlink('/usr/lib/systemd/system/own-files.service', join(wants, 'own-files.service')).catch(() => {})
  return seed
}

/** Waits until the host has booted; a host that boots with failed units is told apart from one that is not up. */
async function waitForBoot(host: LabHost, signal?: AbortSignal): Promise<void> {
  await waitForSshd(host, signal)
  const { stdout } = await exec(host.name, `timeout ${BOOT_SECONDS} systemctl is-system-running --wait`)
  if (stdout === 'running') return
  const failed = await exec(host.name, 'systemctl --failed --no-legend --plain')
  process.stderr.write(`lab: ${host.name} is ${stdout || 'not answering'}: ${failed.stdout}\n`)
}

/** Creates a host that has never been booted before, and boots it. */
async function createHost(host: LabHost, options: CreateOptions, signal?: AbortSignal): Promise<void> {
  await createContainer(host, options)
  await podman(['cp', `${await prepareSeed(host)}/.`, `${containerName(host.name)}:/`])
  await podman(['start', containerName(host.name)])
  await waitForBoot(host, signal)
}

/** Brings one host to the running state, whatever an earlier run left behind. */
export async function ensureHost(host: LabHost, options: CreateOptions, signal?: AbortSignal): Promise<void> {
  const existing = (await listContainers()).find(({ name }) => name === host.name)
  if (existing?.state === 'running') return
  if (existing?.state === 'exited') return start(host.name)
  if (existing !== undefined) await removeContainer(host.name)
  await createHost(host, options, signal)
}

/** A host of the lab, running or not. */
export async function findHost(name: string): Promise<Container> {
  const hosts = await listContainers()
  const found = hosts.find((host) => host.name === name)
  if (found) return found
  const known = hosts.map((host) => host.name).join(', ')
  throw new Error(`the lab has no host '${name}'${known ? `; it has ${known}` : ' because it is down'}`)
}

/** Replaces a host by a bare one with the same name, address and host keys. */
export async function recreate(name: string): Promise<void> {
  const host = await findHost(name)
  await removeContainer(host.name)
  await ensureNamespace()
  await ensureNetwork()
  await createHost(host, host)
  await writeSshFiles(await listContainers(), new Set([name]))
}

/** Shuts a host down; it stays down until `start`. */
export async function stop(name: string): Promise<void> {
  await podman(['stop', '--time=20', containerName((await findHost(name)).name)])
}

export async function start(name: string): Promise<void> {
  const host = await findHost(name)
  await podman(['start', containerName(name)])
  await waitForBoot(host)
}

/** An orderly reboot. */
export async function reboot(name: string): Promise<void> {
  await stop(name)
  await start(name)
}

/** A power cut and the boot after it: nothing is flushed or stopped. */
export async function crash(name: string): Promise<void> {
  const host = await findHost(name)
  await podman(['kill', '--signal=KILL', containerName(name)])
  await tryPodman(['wait', containerName(name)])
  await tryPodman(['start', containerName(name)])
  await waitForBoot(host)
}
