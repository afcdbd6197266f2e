import { z } from 'zod'
import { raw, sh } from '../kernel/sh.ts'
import { difference, keepBecause, type Observed, present, unknown, updateIf } from '../model/change.ts'
import { defineKind } from './support/define.ts'
import { selinuxOff } from './support/fields.ts'

const schema = z.strictObject({
  /** Regular expression over whole paths, e.g. `/var/vmail(/.*)?`. */
  pattern: z.string().regex(/^\/[^\s\p{Cc}]+$/u, 'a pattern over absolute paths, without spaces'),
  type: z.string().regex(/^[a-z0-9_]+_t$/, 'an SELinux type such as mail_spool_t'),
})

/** A rule of the host's own for the SELinux label of files; existing files are relabelled when it comes or changes. */
export const seContext = defineKind<typeof schema, { readonly type: string } | 'selinux-off'>({
  name: 'se-context',
  schema,
  key: (want) => want.pattern,
  probe: () =>
    raw(`if ! selinuxenabled 2>/dev/null; then echo selinux-off
elif command -v semanage >/dev/null; then echo semanage; semanage fcontext -l -C 2>/dev/null
else echo semanage-missing; fi`),

  parse: (output, wants) => {
    if (/^selinux-off$/m.test(output)) return new Map(wants.map(({ pattern }) => [pattern, present('selinux-off')]))
    if (!/^semanage$/m.test(output))
      return new Map(wants.map(({ pattern }) => [pattern, unknown('semanage is not installed yet')]))
    return new Map(
      [...output.matchAll(/^(\/\S+)\s+all files\s+[^:\s]+:[^:\s]+:([^:\s]+)/gm)].map(
        ([, pattern, type]): [string, Observed<{ type: string }>] => [pattern ?? '', present({ type: type ?? '' })],
      ),
    )
  },

  diff: (want, seen) => {
    if (seen.state === 'unknown') return { action: 'maybe', because: seen.because }
    if (seen.state === 'absent') return { action: 'create', differences: [difference('type', 'none', want.type)] }
    if (seen.live === 'selinux-off') return keepBecause(selinuxOff)
    return updateIf(seen.live.type === want.type ? [] : [difference('type', seen.live.type, want.type)])
  },

  apply: ({ pattern, type }) => {
    const plain = pattern.replaceAll('\\.', '.')
    const [base = ''] = /^(\/[A-Za-z0-9_.@+-]+)+(?=$|[/(])/.exec(plain) ?? []
    // Of a pattern such as /etc/x.* no more than /etc is a plain path, and that is not what the rule is about.
    const covered = base.split('/').length > 2 || plain === base || plain === `${base}(/.*)?`
    const rest = sh`-t ${type} ${pattern}`
    return sh`if selinuxenabled; then
  semanage fcontext -a ${rest} 2>/dev/null || semanage fcontext -m ${rest}
  ${covered ? sh`if [ -e ${base} ]; then restorecon -R -- ${base}; fi` : sh`:`}
fi`
  },
})
