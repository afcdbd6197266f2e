import { z } from 'zod'
import { lines, Script, sh } from '../kernel/sh.ts'
import { type Difference, difference, keep, type Observed, present, updateIf } from '../model/change.ts'
import type { ResourceId, Signal } from '../model/resource.ts'
import { defineKind, resourceList } from './support/define.ts'
import { path } from './support/fields.ts'
import {
  changedSince,
  commitRecord,
  type Loaded,
  parseLoaded,
  probeLoaded,
  unexplained,
  writeRecord,
} from './support/loaded.ts'
import { askCondition, sqlSession } from './support/sql.ts'

const schema = z
  .strictObject({
    /** What it is for, in words that read well in a plan: `build tls_server_sni_maps.db`. */
    name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 ._@+-]*$/, 'words of letters, digits and . _ @ + -'),
    /** What it passes to the shell function `note` is told to people. */
    run: z.instanceof(Script),
    /** Guard: exits 0 when there is nothing to do. Read-only. */
    unless: z.instanceof(Script).optional(),
    /** `unless` neither leaves the shell nor changes it (`[ … ]` and the like): it is asked without a process of its own. */
    unlessInShell: z.boolean().optional(),
    /** Why it runs when `unless` fails, in words that read well in a plan. */
    reason: z.string().optional(),
    /** Guard: prints an SQL condition that holds in MariaDB when there is nothing to do, e.g. `EXISTS (SELECT …)`. */
    unlessSql: z.instanceof(Script).optional(),
    /** Guard: a path that exists once it has run. */
    creates: path.optional(),
    /** Guard: runs again whenever one of these has another content than when it last succeeded. */
    inputs: resourceList.default([]),
    inputPaths: z.array(path).default([]),
    /** Files with secrets that it makes or looks after; `verify` looks at who may read them. */
    secretFiles: z.array(path).default([]),
  })
  .refine(
    (want) => asks(want) || want.creates || want.inputs.length > 0 || want.inputPaths.length > 0,
    'at least one guard: unless, unlessSql, creates, inputs or inputPaths',
  )
  .refine((want) => !(want.unless && want.unlessSql), 'one of unless and unlessSql')

type Want = z.output<typeof schema>

interface LiveCommand {
  readonly satisfied: boolean
  readonly created: boolean
  readonly loaded: Loaded
}

/** A command that runs only when its guard says so. */
export const command = defineKind<typeof schema, LiveCommand>({
  name: 'command',
  schema,
  key: (want) => want.name,
  stamps: (want) => (want.creates ? [`file:${want.creates}`] : []),
  secretFiles: (want) => want.secretFiles.map((name) => ({ path: name })),
  signals: (want) => new Map(want.inputs.map(({ id }): [ResourceId, Signal] => [id, 'changed'])),

  probe: (wants) =>
    lines([
      ...wants.flatMap((want) => guard(want)),
      probeLoaded(
        wants.flatMap((want) => inputs(want)),
        wants.map(record),
      ),
    ]),

  shared: {
    session: sqlSession,
    questions: (wants) =>
      wants.flatMap(({ name, unlessSql }) => (unlessSql ? [askCondition(`satisfied ${name}`, unlessSql)] : [])),
  },

  parse: (output, wants) => {
    const loaded = parseLoaded(output)
    const said = new Set(output.split('\n'))
    return new Map(
      wants.map((want): [string, Observed<LiveCommand>] => [
        want.name,
        present({
          satisfied: said.has(`satisfied ${want.name}`),
          created: said.has(`created ${want.name}`),
          loaded,
        }),
      ]),
    )
  },

  diff: (want, seen, { signal, changed }) => {
    if (seen.state === 'unknown') return { action: 'maybe', because: seen.because }
    const live = seen.state === 'present' ? seen.live : undefined
    if (!live) return { action: 'maybe', because: 'its guard did not answer' }
    // The guard answered before the inputs that change in this plan had changed.
    if (asks(want) && live.satisfied && !signal) return keep
    const stale = unexplained(changedSince(live.loaded, record(want), inputs(want)), want.inputs, changed)
    if (signal) return updateIf([toRun('inputs', 'change in this plan')])
    if (stale.length > 0) return updateIf([toRun('inputs', `not run since ${stale.join(', ')} changed`)])
    if (want.creates && !live.created)
      return updateIf([difference('creates', undefined, 'created', { label: want.creates })])
    return asks(want) ? updateIf([toRun('guard', want.reason ?? 'not satisfied')]) : keep
  },

  apply: (want) => {
    const script = lines([writeRecord(record(want), inputs(want)), sh`( set -e\n${want.run}\n)`, commitRecord])
    return { sort: 'step', script, again: script }
  },
})

function toRun(attribute: string, because: string): Difference {
  return difference(attribute, because, 'run', { act: 'run' })
}

function asks(want: { unless?: unknown; unlessSql?: unknown }): boolean {
  return want.unless !== undefined || want.unlessSql !== undefined
}

function guard(want: Want): Script[] {
  const said = (word: string) => sh`printf '%s\n' ${`${word} ${want.name}`}`
  return [
    ...(want.unless
      ? [sh`if ${asked(want.unless, want.unlessInShell)} </dev/null >/dev/null 2>&1; then ${said('satisfied')}; fi`]
      : []),
    ...(want.creates ? [sh`if [ -e ${want.creates} ]; then ${said('created')}; fi`] : []),
  ]
}

function asked(unless: Script, inShell = false): Script {
  return inShell ? sh`{ ${unless}\n}` : sh`( ${unless}\n)`
}

function inputs(want: Want): string[] {
  return [...want.inputs.flatMap(({ stamps }) => stamps), ...want.inputPaths.map((name) => `file:${name}`)]
}

function record(want: Want): string {
  return `command-${want.name.replaceAll(' ', '-')}`
}
