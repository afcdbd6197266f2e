import { z } from 'zod'
import { Script } from '../kernel/sh.ts'
import { difference, keep, present, updateIf } from '../model/change.ts'
import type { ResourceId, Signal } from '../model/resource.ts'
import { defineKind, resourceList } from './support/define.ts'
import { path } from './support/fields.ts'

const schema = z.strictObject({
  /** The directory whose staged copy is inspected. */
  root: path,
  /** The resources in it: when one of them changes, the copy with the candidates in place is checked. */
  of: resourceList,
  /** Inspects the copy in `"$tree"`: a non-zero exit or any output on stderr refuses all of them. */
  run: z.instanceof(Script),
})

/** The daemon's own check of a whole configuration directory, on a copy with the candidates in it, before any goes live. */
export const validate = defineKind<typeof schema, true>({
  name: 'validate',
  schema,
  key: (want) => want.root,
  signals: (want) => new Map(want.of.map(({ id }): [ResourceId, Signal] => [id, 'changed'])),
  parse: (_output, wants) => new Map(wants.map((want) => [want.root, present(true)])),
  diff: (_want, _seen, { signal }) => (signal ? updateIf([difference('candidates', 'unchecked', 'checked')]) : keep),
  apply: (want) => ({ sort: 'check', root: want.root, script: want.run }),
})
