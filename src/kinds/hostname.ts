import { z } from 'zod'
import { raw, sh } from '../kernel/sh.ts'
import { differing, present, unknown, updateIf } from '../model/change.ts'
import { defineKind } from './support/define.ts'

const fqdn = /^(?=.{4,64}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/

const schema = z.strictObject({
  /** Linux keeps 64 characters at the most. */
  name: z.string().regex(fqdn, 'a full host name in small letters such as mx1.example.com, up to 64 characters'),
})

interface LiveNames {
  readonly static: string
  readonly current: string
}

/** The host's own full name, both after the next boot (static) and now (current). */
export const hostname = defineKind<typeof schema, LiveNames>({
  name: 'hostname',
  schema,
  key: (want) => want.name,
  identity: () => 'hostname',

  probe: () =>
    raw(`static= current=
{ read -r static </etc/hostname; read -r current </proc/sys/kernel/hostname; } 2>/dev/null
printf 'static %s\\ncurrent %s\\n' "$static" "$current"`),

  parse: (output, wants) => {
    const [, fixed] = /^static (\S*)$/m.exec(output) ?? []
    const [, current] = /^current (\S+)$/m.exec(output) ?? []
    const seen =
      current === undefined
        ? unknown('the kernel did not tell its name')
        : present({ static: fixed || 'none', current })
    return new Map(wants.map(({ name }) => [name, seen]))
  },

  diff: (want, seen) => {
    if (seen.state === 'unknown') return { action: 'maybe', because: seen.because }
    const live = seen.state === 'present' ? seen.live : { static: 'none', current: 'none' }
    return updateIf(differing({ static: want.name, current: want.name }, live, ['static', 'current']))
  },

  // hostnamed renames a new file over the old one, which a container engine's bind mount does not allow.
  apply: ({ name }) => sh`if hostnamectl set-hostname ${name}; then exit 0; fi
if ! grep -q ' /etc/hostname ' /proc/self/mountinfo; then
  echo ${`hostnamectl could not set the name ${name}`} >&2
  exit 1
fi
echo '/etc/hostname is mounted from outside, as in a container: it is written in place' >&2
printf '%s\\n' ${name} >/etc/hostname
if [ "$(cat /proc/sys/kernel/hostname)" != ${name} ]; then hostnamectl --transient set-hostname ${name}; fi`,
})
