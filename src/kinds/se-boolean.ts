import { z } from 'zod'
import { raw, sh } from '../kernel/sh.ts'
import { difference, keepBecause, type Observed, present, unknown, updateIf } from '../model/change.ts'
import { defineKind } from './support/define.ts'
import { selinuxOff } from './support/fields.ts'

const schema = z.strictObject({
  name: z.string().regex(/^[a-z0-9_]+$/, 'the name of an SELinux boolean'),
  value: z.boolean().default(true),
})

const unknownBoolean = 'the policy has no such boolean yet'

/** An SELinux boolean, now and after the next boot. Nothing to do where SELinux is off. */
export const seBoolean = defineKind<typeof schema, 'on' | 'off' | 'selinux-off'>({
  name: 'se-boolean',
  schema,
  key: (want) => want.name,
  probe: () => raw('if selinuxenabled 2>/dev/null; then getsebool -a 2>/dev/null; else echo selinux-off; fi'),

  parse: (output, wants) => {
    if (/^selinux-off$/m.test(output)) return new Map(wants.map(({ name }) => [name, present('selinux-off')]))
    const values = new Map(
      [...output.matchAll(/^(\S+) --> (on|off)\b/gm)].map(
        ([, name, value]) => [name, value === 'on' ? 'on' : 'off'] as const,
      ),
    )
    if (values.size === 0) return new Map(wants.map(({ name }) => [name, unknown('getsebool did not answer')]))
    return new Map(
      wants.map(({ name }): [string, Observed<'on' | 'off'>] => {
        const value = values.get(name)
        return [name, value ? present(value) : unknown(unknownBoolean)]
      }),
    )
  },

  diff: (want, seen) => {
    if (seen.state === 'unknown') return { action: 'maybe', because: seen.because }
    const to = want.value ? 'on' : 'off'
    if (seen.state === 'absent') return { action: 'maybe', because: unknownBoolean }
    if (seen.live === 'selinux-off') return keepBecause(selinuxOff)
    return updateIf(seen.live === to ? [] : [difference('value', seen.live, to)])
  },

  // Each call rebuilds the policy, which takes seconds: neighbours go into one.
  apply: ({ name, value }) => ({
    sort: 'batch',
    command: sh`setsebool -P`,
    words: [`${name}=${value ? 'on' : 'off'}`],
  }),
})
