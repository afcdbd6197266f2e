import { basename, dirname } from 'node:path'
import { z } from 'zod'
import { sh } from '../kernel/sh.ts'
import { difference, differing, present, updateIf } from '../model/change.ts'
import { defineKind } from './support/define.ts'
import { group, mode, owner, path } from './support/fields.ts'
import {
  parsePaths,
  pathAbsence,
  pathSession,
  relabel,
  removablePath,
  removePath,
  removeTree,
  type SeenPath,
} from './support/paths.ts'

const schema = z.strictObject({
  path,
  owner: owner.default('root'),
  group: group.default('root'),
  mode: mode.default('0755'),
  /** Names (as find(1) -name takes them) of files in it that hold secrets; `verify` looks at them. */
  secretFiles: z.string().optional(),
})

const gone = z.strictObject({
  path: removablePath,
  /** With all it holds; without it only an empty directory goes. */
  recursive: z.boolean().default(false),
})

/** A directory with this owner and mode. Missing parents are made root:root 0755; what is inside is not touched. */
export const directory = defineKind<typeof schema, SeenPath, typeof gone>({
  name: 'directory',
  schema,
  key: (want) => want.path,
  identity: (want) => `path:${want.path}`,
  secretFiles: (want) => (want.secretFiles === undefined ? [] : [{ path: want.path, names: want.secretFiles }]),
  shared: { session: pathSession, questions: (wants, absent) => [...wants, ...absent].map((one) => one.path) },
  parse: (output) => new Map([...parsePaths(output)].map(([name, seen]) => [name, present(seen)])),

  diff: (want, seen) => {
    if (seen.state === 'unknown') return { action: 'maybe', because: seen.because }
    if (seen.state === 'absent') return { action: 'create', differences: [] }
    const { live } = seen
    if (live.type !== 'directory') return updateIf([difference('type', live.type, 'directory')])
    return updateIf(
      differing({ owner: want.owner, group: want.group, mode: want.mode }, live, ['owner', 'group', 'mode'], 'access'),
    )
  },

  // Owner and mode are set from inside: an account that can write the parent could put a link in its place at any moment.
  apply: (want) => sh`stands() { echo "a file or link stands at "${want.path}"; move it away first" >&2; exit 1; }
if [ -L ${want.path} ] || { [ -e ${want.path} ] && [ ! -d ${want.path} ]; }; then stands; fi
(umask 022; mkdir -p -- ${want.path})
(
  cd -P -- ${dirname(want.path)}
  parent=$(pwd)
  cd -P -- ${`./${basename(want.path)}`}
  [ "$(pwd)" = "\${parent%/}"/${basename(want.path)} ] || stands
  chown ${`${want.owner}:${want.group}`} .
  chmod ${want.mode} .
)
${relabel(want.path)}`,

  absence: {
    ...pathAbsence,
    schema: gone,
    remove: (want) => (want.recursive ? removeTree(want.path) : removePath(want.path)),
  },
})
