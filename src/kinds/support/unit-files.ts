import type { Undeclared } from '../../model/change.ts'

// Packages bring units into the first two; generators of systemd make theirs from other files at each boot (systemd.generator(7)).
const packaged = ['/usr/lib/systemd/', '/lib/systemd/', '/run/systemd/generator', '/run/systemd/transient/']

// LXC writes this one at each boot of a container, for every service.
const ofContainers = '/run/systemd/system/service.d/zzz-lxc-service.conf'

/** A unit file and drop-ins that neither a package brought nor anybody declared among the unit's inputs (`file:/path`). */
export function undeclaredFiles(
  { unitFile, dropIns }: { readonly unitFile: string; readonly dropIns: readonly string[] },
  inputs: readonly string[],
): Undeclared[] {
  const foreign = (path: string) =>
    path !== ofContainers && !packaged.some((root) => path.startsWith(root)) && !inputs.includes(`file:${path}`)
  return [
    ...[unitFile].filter((path) => path !== '' && foreign(path)).map((path) => ({ what: `unit file ${path}`, path })),
    ...dropIns.filter(foreign).map((path) => ({ what: `drop-in ${path}`, path })),
  ]
}
