import type { Problem } from '../kernel/errors.ts'
import { lines, raw, type Script, sh } from '../kernel/sh.ts'
import type { SecretFiles } from '../model/resource.ts'

const format = '%m %u %g %p\n'

/** Prints mode, owner, group and path of each of these files that exists, links followed; a process for each set of names. */
export function listSecretFiles(files: readonly SecretFiles[]): Script {
  const single = files.filter(({ names }) => names === undefined).map(({ path }) => path)
  const below = Map.groupBy(
    files.filter(({ names }) => names !== undefined),
    ({ names = '' }) => names,
  )
  return lines([
    ...(single.length > 0 ? [sh`find -L ${single} -maxdepth 0 -type f -printf ${format} 2>/dev/null`] : []),
    ...[...below].map(
      ([names, all]) => sh`find -L ${all.map(({ path }) => path)} -type f -name ${names} -printf ${format} 2>/dev/null`,
    ),
    raw('true'),
  ])
}

/** Files among those listed that others than owner and group may read or write. */
export function secretProblems(output: string): Problem[] {
  const files = [...output.matchAll(/^(\d+) (\S+) (\S+) (.+)$/gm)].map(([, mode = '', owner, group, path = '']) => ({
    path,
    mode: Number.parseInt(mode, 8),
    owner,
    group,
  }))
  return files
    .filter(({ mode }) => (mode & 0o007) !== 0)
    .map(({ path, mode, owner, group }) => ({
      place: path,
      found: `${mode.toString(8).padStart(4, '0')} ${owner}:${group}`,
      allowed: 'nothing for others, e.g. 0600 or 0640',
    }))
}
