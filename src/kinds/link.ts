import { z } from 'zod'
import { sh } from '../kernel/sh.ts'
import { difference, present, updateIf } from '../model/change.ts'
import { defineKind } from './support/define.ts'
import { path } from './support/fields.ts'
import { parsePaths, pathAbsence, pathSession, relabel, type SeenPath } from './support/paths.ts'

const schema = z.strictObject({
  path,
  /** Absolute, or relative to the link's directory; it need not exist. */
  target: z.string().regex(/^[^\p{Cc}\\]+$/u, 'a path without control characters or backslashes'),
})

/** A symbolic link to this target, replaced by rename. */
export const link = defineKind<typeof schema, SeenPath, typeof pathAbsence.schema>({
  name: 'link',
  schema,
  key: (want) => want.path,
  identity: (want) => `path:${want.path}`,
  stamps: (want) => [`file:${want.path}`],
  absence: pathAbsence,
  shared: { session: pathSession, questions: (wants, gone) => [...wants, ...gone].map((one) => one.path) },
  parse: (output) => new Map([...parsePaths(output)].map(([name, seen]) => [name, present(seen)])),

  diff: (want, seen) => {
    if (seen.state === 'unknown') return { action: 'maybe', because: seen.because }
    if (seen.state === 'absent')
      return { action: 'create', differences: [difference('target', undefined, want.target)] }
    const { live } = seen
    if (live.type !== 'symbolic link') return updateIf([difference('type', live.type, 'symbolic link')])
    return live.target === want.target ? updateIf([]) : updateIf([difference('target', live.target, want.target)])
  },

  apply: (want) => ({
    sort: 'staged',
    target: want.path,
    stage: sh`ln -sfn -- ${want.target} "$candidate"`,
    after: relabel(want.path),
  }),
})
