/** A fleet of EL9-shaped hosts on this machine, in a network of their own. See README.md. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildImage } from './build/image.ts'
import { findTarball, type Tarball } from './build/postfixadmin.ts'
import { ensureHost, findHost } from './fleet.ts'
import { checkHosts, type LabHost, standardHosts } from './hosts.ts'
import { withLock } from './lock.ts'
import { ensureNamespace, namespaceExists, removeNamespace } from './namespace.ts'
import { cacheDir, LAB, sshConfigPath, stateDir, tarballPath } from './paths.ts'
import { type Container, ensureNetwork, listContainers, podmanImages, removeContainer, tryPodman } from './podman.ts'
import { interactive } from './process.ts'
import { step } from './progress.ts'
import { ensureIdentity, writeSshFiles } from './ssh.ts'
import { ensureRunTools, hasPodman } from './tools.ts'

export type { Tarball } from './build/postfixadmin.ts'
export { crash, reboot, recreate, start, stop } from './fleet.ts'
export { type LabHost, standardHost, standardHosts } from './hosts.ts'
export { exec } from './inside.ts'
export { enterLab, insideLab, requireLab } from './namespace.ts'
export { identityPath, knownHostsPath, SERVICE_ADDRESS, sshConfigPath, stateDir } from './paths.ts'
export { ensureBrowser } from './tools.ts'

const lockPath = join(cacheDir, 'lock')

export interface UpOptions {
  /** Hosts that shall be there; others that already run are left alone. Default: mx1 and mx2. */
  readonly hosts?: readonly LabHost[]
  /** An image to use as it is; default $ORCHESTRATE_LAB_IMAGE, else one is built. */
  readonly image?: string | undefined
  /** Aborting removes the hosts that this call was creating. */
  readonly signal?: AbortSignal | undefined
}

/** Brings the lab up: tools, image, network, hosts, ssh files. Doing it twice changes nothing; more hosts are added. */
export async function up(options: UpOptions = {}): Promise<Container[]> {
  const hosts = options.hosts ?? standardHosts(2)
  checkHosts(hosts)
  await step('tools', ensureRunTools)
  return withLock(lockPath, async () => {
    const image = await resolveImage(options)
    await ensureNamespace()
    await ensureNetwork()
    await ensureIdentity()
    await refuseForeignLab()
    await step(`hosts ${hosts.map(({ name }) => name).join(' ')}`, () => ensureHosts(hosts, image, options.signal))
    const all = await listContainers()
    const asked = new Set(hosts.map(({ name }) => name))
    await writeSshFiles(all, asked)
    const old = all.filter((host) => asked.has(host.name) && host.image !== image.image).map(({ name }) => name)
    if (old.length > 0) process.stderr.write(`lab: not made from ${image.image}: ${old.join(', ')}\n`)
    return all
  })
}

/** Removes every trace of the lab but its caches and keys; also what a crash left half-made. Touches nothing else. */
export async function down(): Promise<void> {
  await withLock(lockPath, async () => {
    if (!(await hasPodman())) return removeNamespace()
    await ensureNamespace()
    for (const { name } of await listContainers()) await step(`remove ${name}`, () => removeContainer(name))
    await tryPodman(['network', 'rm', '--force', LAB])
    await removeNamespace()
  })
}

export interface LabStatus {
  readonly up: boolean
  readonly hosts: readonly Container[]
  readonly sshConfig: string
}

export async function status(): Promise<LabStatus> {
  const up = await namespaceExists()
  return { up, hosts: up ? await listContainers() : [], sshConfig: sshConfigPath }
}

/** ssh to a host on the caller's terminal; gives the exit code. */
export async function sshInto(name: string, args: readonly string[] = []): Promise<number> {
  await findHost(name)
  return interactive(['ssh', '-F', sshConfigPath, name, ...args])
}

/** PostfixAdmin as upstream's archive would be; EL9 has no package of it. */
export async function postfixadminTarball(): Promise<Tarball> {
  return withLock(lockPath, async () => findTarball((await buildImage()).folder))
}

interface LabImage {
  readonly image: string
  readonly repo?: string
}

async function resolveImage(options: UpOptions): Promise<LabImage> {
  const named = options.image ?? process.env['ORCHESTRATE_LAB_IMAGE']
  if (!named) {
    const { image, repo, folder } = await buildImage(options.signal)
    await mkdir(stateDir, { recursive: true })
    await writeFile(tarballPath, `${JSON.stringify(await findTarball(folder))}\n`)
    return { image, repo }
  }
  if ((await podmanImages(['image', 'exists', named])).code === 0) return { image: named }
  const pulled = await step(`pull ${named}`, () => podmanImages(['pull', '--quiet', named]))
  if (pulled.code !== 0) throw new Error(`cannot pull the image ${named}: ${pulled.stderr.trim()}`)
  return { image: named }
}

/** Keys belong to a checkout: hosts made by another one would refuse ours. What a dead lab left is cleared away. */
async function refuseForeignLab(): Promise<void> {
  const foreign = (await listContainers()).filter((host) => host.stateDir !== stateDir)
  for (const { name, state } of foreign) if (state !== 'running') await removeContainer(name)
  const other = foreign.find(({ state }) => state === 'running')
  if (other) throw new Error(`a lab is already up for ${other.stateDir}; \`orchestrate lab down\` removes it`)
}

/** All hosts or none of the new ones: when one fails, or the caller loses interest, what was added is removed. */
async function ensureHosts(hosts: readonly LabHost[], image: LabImage, signal?: AbortSignal): Promise<void> {
  const before = new Set((await listContainers()).map(({ name }) => name))
  const results = await Promise.allSettled(hosts.map((host) => ensureHost(host, { ...image, stateDir }, signal)))
  const failure = results.find((result) => result.status === 'rejected')
  if (!failure && !signal?.aborted) return
  for (const { name } of await listContainers()) if (!before.has(name)) await removeContainer(name)
  throw failure?.reason ?? new Error('interrupted')
}
