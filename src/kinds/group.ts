import { z } from 'zod'
import { sh } from '../kernel/sh.ts'
import { difference, type Observed, present, updateIf } from '../model/change.ts'
import { defineKind } from './support/define.ts'
import { accountWord } from './support/fields.ts'

const schema = z.strictObject({
  name: accountWord,
  gid: z.int().min(1).max(4_294_967_294).optional(),
  /** Takes its number from the range of system groups, if no `gid` is given. */
  system: z.boolean().default(false),
})

const gone = z.strictObject({ name: accountWord.refine((name) => name !== 'root', 'a group other than root') })

/** A group of the host. */
export const group = defineKind<typeof schema, { readonly gid: number }, typeof gone>({
  name: 'group',
  schema,
  key: (want) => want.name,
  probe: (wants, _options, absent) =>
    sh`getent group ${[...wants, ...absent].map(({ name }) => name)} | sed 's/^/group:/'`,

  parse: (output) =>
    new Map(
      [...output.matchAll(/^group:([^:\n]+):[^:\n]*:(\d+):/gm)].map(
        ([, name, gid]): [string, Observed<{ gid: number }>] => [name ?? '', present({ gid: Number(gid) })],
      ),
    ),

  diff: ({ gid, system }, seen) => {
    if (seen.state === 'unknown') return { action: 'maybe', because: seen.because }
    const to = gid === undefined ? (system ? 'a system number' : 'any number') : String(gid)
    if (seen.state === 'absent') return { action: 'create', differences: [difference('gid', undefined, to)] }
    return gid === undefined || seen.live.gid === gid
      ? updateIf([])
      : updateIf([difference('gid', String(seen.live.gid), to)])
  },

  apply: ({ name, gid, system }) => {
    const number = gid === undefined ? [] : ['-g', gid]
    const add = sh`groupadd ${[...(system ? ['-r'] : []), ...number, name]}`
    return gid === undefined
      ? sh`getent group ${name} >/dev/null || ${add}`
      : sh`if getent group ${name} >/dev/null; then groupmod -g ${gid} ${name}; else ${add}; fi`
  },

  absence: {
    schema: gone,
    goes: (_want, { gid }) => [difference('gid', String(gid), undefined)],
    // userdel(8) takes the group of the account's name along.
    remove: ({ name }) => sh`if getent group ${name} >/dev/null; then groupdel ${name}; fi`,
  },
})
