import { basename, dirname } from 'node:path'
import { z } from 'zod'
import { lines, raw, type Script, sh } from '../kernel/sh.ts'
import {
  altersContent,
  type Difference,
  difference,
  differing,
  type Observed,
  present,
  updateIf,
} from '../model/change.ts'
import type { BlobRef } from '../model/resource.ts'
import { defineKind } from './support/define.ts'
import { group, mode, owner, path } from './support/fields.ts'
import { parsePaths, pathAbsence, pathSession, removablePath, removeTree, type SeenPath } from './support/paths.ts'

const marker = '.orchestrate-sha256'
const inside = z
  .string()
  .regex(/^(?!\/)(?!(.*\/)?\.{1,2}(\/|$))[^\p{Cc}\\]+$/u, 'a path inside the directory, without . and ..')

const schema = z.strictObject({
  /** The directory it becomes. */
  path: removablePath,
  source: z
    .strictObject({ file: path.optional(), url: z.url({ protocol: /^https$/, error: 'an https address' }).optional() })
    .refine(({ file, url }) => (file === undefined) !== (url === undefined), 'one of file and url'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, '64 hex digits'),
  /** Leading parts cut off every name in the archive. */
  strip: z.int().min(0).max(9).default(0),
  owner: owner.default('root'),
  group: group.default('root'),
  mode: mode.default('0755'),
  /** Paths inside that are carried over from the old directory when a new version takes its place. */
  preserve: z.array(inside).readonly().default([]),
})

type Want = z.output<typeof schema>

interface LiveArchive extends SeenPath {
  readonly sha256: string
}

/** A directory that holds an unpacked tar archive. It is unpacked beside its place and swapped in whole; the marker says which. */
export const archive = defineKind<typeof schema, LiveArchive, typeof pathAbsence.schema>({
  name: 'archive',
  schema,
  key: (want) => want.path,
  identity: (want) => `path:${want.path}`,
  absence: { ...pathAbsence, remove: (want) => removeTree(want.path) },
  stamps: (want) => [`file:${want.path}/${marker}`],

  shared: { session: pathSession, questions: (wants, gone) => [...wants, ...gone].map((one) => one.path) },
  probe: (wants) => sh`grep -Hs '' ${wants.map((want) => `${want.path}/${marker}`)} /dev/null || :`,

  parse: (output) => {
    const sums = new Map(
      [...output.matchAll(/^(\/.+)\/\.orchestrate-sha256:([0-9a-f]{64})$/gm)].map(([, name, sum]) => [name, sum]),
    )
    return new Map(
      [...parsePaths(output)].map(([name, stat]): [string, Observed<LiveArchive>] => [
        name,
        present({ ...stat, sha256: sums.get(name) ?? '' }),
      ]),
    )
  },

  diff: (want, seen) => {
    if (seen.state === 'unknown') return { action: 'maybe', because: seen.because }
    const to = `archive ${want.sha256.slice(0, 8)}`
    if (seen.state === 'absent') return { action: 'create', differences: [difference('content', undefined, to)] }
    return updateIf(differences(want, seen.live, to))
  },

  apply: (want, change) => {
    if (!altersContent(change))
      return sh`chown -hR ${`${want.owner}:${want.group}`} ${want.path}\nchmod ${want.mode} ${want.path}`
    const name = `archive_${want.sha256.slice(0, 16)}`
    const blob: BlobRef = { name, sha256: want.sha256, source: want.source }
    return { sort: 'step', script: unpack(want, raw(`"$blob_${name}"`)), blobs: [blob] }
  },
})

function differences(want: Want, live: LiveArchive, to: string): Difference[] {
  const found: Difference[] = []
  if (live.type !== 'directory') found.push(difference('type', live.type, 'directory'))
  else if (live.sha256 !== want.sha256) {
    found.push(difference('content', live.sha256 ? `archive ${live.sha256.slice(0, 8)}` : 'not from an archive', to))
  }
  return [...found, ...differing(want, live, ['owner', 'group', 'mode'], 'access')]
}

// Two renames: after a crash between them the old directory is put back before anything else is tried.
function unpack(want: Want, blob: Script): Script {
  const { path: target, sha256, strip, owner: user, group: gr, mode: bits } = want
  const beside = (what: string) => `${dirname(target)}/.${basename(target)}.orchestrate-${what}`
  const [fresh, old] = [beside('new'), beside('old')]
  return sh`echo ${sha256}"  "${blob} | sha256sum -c --quiet
if [ -e ${target} ] && [ ! -d ${target} ]; then echo "a file stands at "${target}"; move it away first" >&2; exit 1; fi
if [ -d ${old} ] && [ ! -e ${target} ]; then mv -T -- ${old} ${target}; fi
rm -rf --one-file-system -- ${fresh} ${old}
(umask 022; mkdir -p -- ${fresh}; tar -x -f ${blob} -C ${fresh} --strip-components=${strip} --no-same-owner --no-same-permissions)
chown -hR ${`${user}:${gr}`} ${fresh}
${lines(want.preserve.map((name) => carry(`${target}/${name}`, `${fresh}/${name}`, `${user}:${gr}`)))}
echo ${sha256} >${`${fresh}/${marker}`}
chmod ${bits} ${fresh}
sync -f ${fresh}
if [ -e ${target} ]; then mv -T -- ${target} ${old}; fi
mv -T -- ${fresh} ${target}
rm -rf --one-file-system -- ${old}
if selinuxenabled 2>/dev/null; then restorecon -R -- ${target}; fi`
}

function carry(from: string, to: string, account: string): Script {
  const parent = dirname(to)
  return sh`if [ -e ${from} ]; then
  if [ ! -d ${parent} ]; then mkdir -p -- ${parent}; chown ${account} ${parent}; fi
  rm -rf -- ${to}
  cp -a -- ${from} ${to}
fi`
}
