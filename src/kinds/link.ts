import { z } from 'zod'
import { sh } from '../kernel/sh.ts'
import { present, updateIf } from '../model/change.ts'
import { defineKind } from './define.ts'
import { path } from './fields.ts'
import { relabel } from './file.ts'
import { listPaths, parsePaths, type SeenPath } from './paths.ts'

const schema = z.strictObject({
  path,
  /** Absolute, or relative to the link's directory; it need not exist. */
  target: z.string().regex(/^[^\p{Cc}\\]+$/u, 'a path without control characters or backslashes'),
})

/** A symbolic link to this target, replaced by rename. */
export const link = defineKind<typeof schema, SeenPath>({
  name: 'link',
  schema,
  key: (want) => want.path,
  stamps: (want) => [`file:${want.path}`],
  probe: (wants) => listPaths(wants.map((want) => want.path)),
  parse: (output) => new Map([...parsePaths(output)].map(([name, seen]) => [name, present(seen)])),

  diff: (want, seen) => {
    if (seen.state === 'unknown') return { action: 'maybe', because: seen.because }
    if (seen.state === 'absent')
      return { action: 'create', differences: [{ what: 'target', from: 'absent', to: want.target }] }
    const { live } = seen
    if (live.type !== 'symbolic link') return updateIf([{ what: 'type', from: live.type, to: 'symbolic link' }])
    return live.target === want.target
      ? updateIf([])
      : updateIf([{ what: 'target', from: live.target, to: want.target }])
  },

  apply: (want) => ({
    sort: 'staged',
    target: want.path,
    stage: sh`ln -sfn -- ${want.target} "$candidate"`,
    after: relabel(want.path),
  }),
})
