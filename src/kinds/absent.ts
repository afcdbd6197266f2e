import { z } from 'zod'
import { keep, present } from '../model/change.ts'
import { defineKind } from './define.ts'
import { path } from './fields.ts'
import { listPaths, parsePaths, type SeenPath } from './paths.ts'

const schema = z.strictObject({
  path: path.refine((text) => text.split('/').length > 2, 'a path at least two levels deep'),
  /** Remove a directory with all it holds; without it only a file, a link or an empty directory goes. */
  recursive: z.boolean().default(false),
})

/** A path at which nothing stands. */
export const absentPath = defineKind<typeof schema, SeenPath>({
  name: 'absent',
  schema,
  key: (want) => want.path,
  stamps: (want) => [`file:${want.path}`],
  probe: (wants) => listPaths(wants.map((want) => want.path)),
  parse: (output) => new Map([...parsePaths(output)].map(([name, seen]) => [name, present(seen)])),

  diff: (_want, seen) => {
    if (seen.state === 'unknown') return { action: 'maybe', because: seen.because }
    if (seen.state === 'absent') return keep
    return { action: 'remove', differences: [{ what: 'path', from: seen.live.type, to: 'absent' }] }
  },

  apply: (want) => ({ sort: 'removal', target: want.path, recursive: want.recursive }),
})
