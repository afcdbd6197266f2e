import { z } from 'zod'
import { sh } from '../kernel/sh.ts'
import { differing, present, updateIf } from '../model/change.ts'
import { defineKind } from './define.ts'
import { group, mode, owner, path } from './fields.ts'
import { relabel } from './file.ts'
import { listPaths, parsePaths, type SeenPath } from './paths.ts'

const schema = z.strictObject({
  path,
  owner: owner.default('root'),
  group: group.default('root'),
  mode: mode.default('0755'),
  /** Names (as find(1) -name takes them) of files in it that hold secrets; `verify` looks at them. */
  secretFiles: z.string().optional(),
})

/** A directory with this owner and mode. Missing parents are made root:root 0755; what is inside is not touched. */
export const directory = defineKind<typeof schema, SeenPath>({
  name: 'directory',
  schema,
  key: (want) => want.path,
  secretFiles: (want) => (want.secretFiles === undefined ? [] : [{ path: want.path, names: want.secretFiles }]),
  probe: (wants) => listPaths(wants.map((want) => want.path)),
  parse: (output) => new Map([...parsePaths(output)].map(([name, seen]) => [name, present(seen)])),

  diff: (want, seen) => {
    if (seen.state === 'unknown') return { action: 'maybe', because: seen.because }
    if (seen.state === 'absent') return { action: 'create', differences: [] }
    const { live } = seen
    if (live.type !== 'directory') return updateIf([{ what: 'type', from: live.type, to: 'directory' }])
    return updateIf(
      differing({ owner: want.owner, group: want.group, mode: want.mode }, live, ['owner', 'group', 'mode']),
    )
  },

  apply: (want) => sh`if [ -L ${want.path} ] || { [ -e ${want.path} ] && [ ! -d ${want.path} ]; }; then
  echo "a file or link stands at "${want.path}"; move it away first" >&2
  exit 1
fi
(umask 022; mkdir -p -- ${want.path})
chown ${`${want.owner}:${want.group}`} ${want.path}
chmod ${want.mode} ${want.path}
${relabel(want.path)}`,
})
