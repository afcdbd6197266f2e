import { z } from 'zod'
import { type Script, sh } from '../../kernel/sh.ts'
import { difference } from '../../model/change.ts'
import type { Enactment, ProbeSession } from '../../model/resource.ts'
import { path } from './fields.ts'

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
function listPaths(paths: readonly string[]): Script {
  return sh`printf '%s\n' ${paths} | xargs -d '\n' -r sh -c 'find "$@" -maxdepth 0 -printf "path\t%y\t%m\t%u\t%g\t%Z\t%l\t%p\n" 2>/dev/null' sh`
}

/** One `find` for the paths of all kinds; `parsePaths` takes its answer apart. */
export const pathSession: ProbeSession = { name: 'paths', ask: (paths) => listPaths([...new Set(paths.map(String))]) }

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

/** A path that may be removed: not the root, and nothing directly in it. */
export const removablePath = path.refine((text) => text.split('/').length > 2, 'a path at least two levels deep')

/** Removes a file, a link or an empty directory. */
export const pathAbsence = {
  schema: z.strictObject({ path: removablePath }),
  goes: (_want: unknown, live: SeenPath) => [difference('path', live.type, undefined)],
  remove: ({ path: target }: { readonly path: string }) => removePath(target),
}

/** Removes a file, a link or an empty directory. */
export function removePath(target: string): Enactment {
  return removal(target, false)
}

/** Removes a path with all that is below it on its file system. */
export function removeTree(target: string): Enactment {
  return removal(target, true)
}

// systemd remembers a unit whose file is gone until it reads its files anew.
function removal(target: string, recursive: boolean): Enactment {
  const after = target.includes('/systemd/system/') ? sh`systemctl daemon-reload` : undefined
  return { sort: 'removal', target, recursive, after }
}

/** Puts the SELinux label right after a rename; silent where SELinux is off. */
export function relabel(target: string, type?: string): Script {
  const command = type ? sh`chcon -t ${type} -- ${target}` : sh`restorecon -- ${target}`
  return sh`if selinuxenabled 2>/dev/null; then ${command}; fi`
}
