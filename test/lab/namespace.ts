import { stat } from 'node:fs/promises'
import { LAB, NAMESPACE_PATH } from './paths.ts'
import { attempt, interactive, run } from './process.ts'

/**
 * The lab lives in a network namespace without a default route: nothing in it can reach anything else. From outside,
 * its addresses mean nothing. nsenter rather than `ip netns exec`, which remounts /sys and hides the cgroups.
 */
export const inNamespace = (argv: readonly string[]): string[] => ['nsenter', `--net=${NAMESPACE_PATH}`, '--', ...argv]

async function inode(path: string): Promise<number | undefined> {
  return stat(path).then(
    (found) => found.ino,
    () => undefined,
  )
}

/** A leftover mount point without a namespace behind it has the inode of an ordinary file. */
export async function namespaceExists(): Promise<boolean> {
  return (await inode(NAMESPACE_PATH)) !== undefined && (await attempt(inNamespace(['true']))).code === 0
}

/** Creates the namespace if need be. */
export async function ensureNamespace(): Promise<void> {
  if (!(await namespaceExists())) {
    await attempt(['ip', 'netns', 'del', LAB])
    await run(['ip', 'netns', 'add', LAB])
  }
  await run(inNamespace(['ip', 'link', 'set', 'lo', 'up']))
}

export async function removeNamespace(): Promise<void> {
  if ((await inode(NAMESPACE_PATH)) !== undefined) await run(['ip', 'netns', 'del', LAB])
}

/** Whether this process is in the lab's network namespace. */
export async function insideLab(): Promise<boolean> {
  const [ours, labs] = await Promise.all([inode('/proc/self/ns/net'), inode(NAMESPACE_PATH)])
  return ours !== undefined && ours === labs
}

/** Throws unless this process is in the lab: elsewhere the hosts' addresses would lead to other people's machines. */
export async function requireLab(): Promise<void> {
  if (!(await insideLab()))
    throw new Error(`not inside the lab's network; run this through \`nsenter --net=${NAMESPACE_PATH}\``)
}

/** Runs a command inside the lab's network, on the caller's terminal; gives its exit code. */
export async function enterLab(argv: readonly string[]): Promise<number> {
  if (await insideLab()) return interactive(argv)
  if (!(await namespaceExists())) throw new Error('the lab is down; `orchestrate lab up` starts it')
  return interactive(inNamespace(argv))
}
