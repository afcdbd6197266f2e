import { type Script, sh } from '../kernel/sh.ts'

/** A path as it was seen, links not followed. */
export interface SeenPath {
  readonly type: string
  readonly mode: string
  readonly owner: string
  readonly group: string
  /** SELinux type, or `?` where SELinux is off. */
  readonly seLabel: string
  readonly target: string
}

const types: Readonly<Record<string, string>> = {
  f: 'regular file',
  d: 'directory',
  l: 'symbolic link',
  s: 'socket',
  p: 'named pipe',
  b: 'block device',
  c: 'character device',
}

/** Prints one line for each path that exists; a fixed number of processes. */
export function listPaths(paths: readonly string[]): Script {
  return sh`printf '%s\n' ${paths} | xargs -d '\n' -r sh -c 'find "$@" -maxdepth 0 -printf "path\t%y\t%m\t%u\t%g\t%Z\t%l\t%p\n" 2>/dev/null' sh`
}

/** What `listPaths` printed, by path. */
export function parsePaths(output: string): Map<string, SeenPath> {
  const seen = new Map<string, SeenPath>()
  for (const line of output.split('\n')) {
    const [mark, type, mode, owner, group, context, target, ...path] = line.split('\t')
    if (mark !== 'path' || path.length === 0) continue
    seen.set(path.join('\t'), {
      type: types[type ?? ''] ?? 'unknown type',
      mode: (mode ?? '').padStart(4, '0'),
      owner: owner ?? '',
      group: group ?? '',
      seLabel: context?.split(':')[2] ?? '?',
      target: target ?? '',
    })
  }
  return seen
}

/** Prints `SHA256  PATH` for each regular file among the paths (not through links); a fixed number of processes. */
export function sumPaths(paths: readonly string[]): Script {
  return sh`printf '%s\n' ${paths} | xargs -d '\n' -r sh -c 'find "$@" -maxdepth 0 -type f -print0 2>/dev/null | xargs -0r sha256sum' sh`
}

/** What `sumPaths` printed, by path. */
export function parseSums(output: string): Map<string, string> {
  return new Map([...output.matchAll(/^([0-9a-f]{64}) {2}(.+)$/gm)].map(([, sum, path]) => [path ?? '', sum ?? '']))
}
