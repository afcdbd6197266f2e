import { run } from '../process.ts'

/**
 * Runs a script inside another root, with /proc and /dev (and further folders) mounted in a mount namespace of its own:
 * whatever ends the script, no mount is left behind.
 */
export async function runInRoot(
  root: string,
  script: string,
  args: readonly string[] = [],
  mounts: Readonly<Record<string, string>> = {},
): Promise<void> {
  const all = Object.entries({ '/proc': '/proc', '/dev': '/dev', ...mounts })
  const binds = all.map(([target, source]) => `mkdir -p "$root${target}" && mount --rbind '${source}' "$root${target}"`)
  const enter = `root=$1; shift; ${binds.join(' && ')} && exec chroot "$root" /bin/bash -s "$@"`
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', LD_PRELOAD: '', TMPDIR: '/tmp' }
  const argv = ['unshare', '--mount', '--propagation=private', 'sh', '-c', enter, 'enter', root, ...args]
  await run(argv, { input: script, env })
}
