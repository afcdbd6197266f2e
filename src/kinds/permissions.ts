import { z } from 'zod'
import { sh } from '../kernel/sh.ts'
import { difference, differing, present, updateIf } from '../model/change.ts'
import { defineKind } from './support/define.ts'
import { group, mode, owner, path } from './support/fields.ts'
import { parsePaths, pathSession, type SeenPath } from './support/paths.ts'

const schema = z.strictObject({
  path,
  owner: owner.default('root'),
  group: group.default('root'),
  mode: mode.default('0644'),
})

/** Owner and mode of a file that something else makes, e.g. a private key that was generated on the host. */
export const permissions = defineKind<typeof schema, SeenPath>({
  name: 'permissions',
  schema,
  key: (want) => want.path,
  identity: (want) => `path:${want.path}`,
  shared: { session: pathSession, questions: (wants) => wants.map((want) => want.path) },
  parse: (output) => new Map([...parsePaths(output)].map(([name, seen]) => [name, present(seen)])),

  diff: (want, seen) => {
    if (seen.state === 'unknown') return { action: 'maybe', because: seen.because }
    if (seen.state === 'absent') return { action: 'maybe', because: 'the file is not there yet' }
    const { live } = seen
    if (live.type !== 'regular file') return updateIf([difference('type', live.type, 'regular file')])
    return updateIf(
      differing({ owner: want.owner, group: want.group, mode: want.mode }, live, ['owner', 'group', 'mode'], 'access'),
    )
  },

  apply: (want) => sh`if [ -L ${want.path} ] || [ ! -f ${want.path} ]; then
  echo "there is no regular file at "${want.path} >&2
  exit 1
fi
chown -h ${`${want.owner}:${want.group}`} ${want.path}
chmod ${want.mode} ${want.path}`,
})
