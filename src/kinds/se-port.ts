import { z } from 'zod'
import { raw, sh } from '../kernel/sh.ts'
import { difference, keepBecause, type Observed, present, unknown, updateIf } from '../model/change.ts'
import { defineKind } from './support/define.ts'
import { selinuxOff } from './support/fields.ts'

const schema = z.strictObject({
  port: z.union([z.int().min(1).max(65_535), z.string().regex(/^\d{1,5}-\d{1,5}$/)], {
    error: 'a port or a range such as 10001-10010',
  }),
  protocol: z.enum(['tcp', 'udp'], { error: 'tcp or udp' }).default('tcp'),
  type: z.string().regex(/^[a-z0-9_]+_t$/, 'an SELinux type such as milter_port_t'),
})

type Want = z.output<typeof schema>

interface LivePort {
  /** The type that holds the wanted port, if it is the wanted one; else the one with exactly this port or range. */
  readonly type: string
}

/** A port that services of an SELinux type may use. Nothing to do where SELinux is off. */
export const sePort = defineKind<typeof schema, LivePort | 'selinux-off'>({
  name: 'se-port',
  schema,
  key,
  probe: () =>
    raw(`if ! selinuxenabled 2>/dev/null; then echo selinux-off
elif command -v semanage >/dev/null; then semanage port -l 2>/dev/null
else echo semanage-missing; fi`),

  parse: (output, wants) => {
    if (/^selinux-off$/m.test(output)) return new Map(wants.map((want) => [key(want), present('selinux-off')]))
    if (!/^\S+\s+(tcp|udp)\s/m.test(output))
      return new Map(wants.map((want) => [key(want), unknown('semanage is not installed yet')]))
    return new Map(
      wants.flatMap((want): [string, Observed<LivePort>][] => {
        const type = typeOf(want, output)
        return type ? [[key(want), present({ type })]] : []
      }),
    )
  },

  diff: (want, seen) => {
    if (seen.state === 'unknown') return { action: 'maybe', because: seen.because }
    if (seen.state === 'absent') return { action: 'create', differences: [difference('type', 'none', want.type)] }
    if (seen.live === 'selinux-off') return keepBecause(selinuxOff)
    return updateIf(seen.live.type === want.type ? [] : [difference('type', seen.live.type, want.type)])
  },

  apply: ({ port, protocol, type }) => {
    const rest = sh`-t ${type} -p ${protocol} ${port}`
    return sh`if selinuxenabled; then semanage port -a ${rest} 2>/dev/null || semanage port -m ${rest}; fi`
  },
})

function typeOf(want: Want, listed: string): string | undefined {
  const [from = 0, to = from] = String(want.port).split('-').map(Number)
  let exact: string | undefined
  for (const [, type, protocol, ports] of listed.matchAll(/^(\S+)\s+(tcp|udp)\s+([\d, -]+)$/gm)) {
    if (protocol !== want.protocol) continue
    for (const range of (ports ?? '').split(',')) {
      const [first = 0, last = first] = range.split('-').map(Number)
      if (type === want.type && first <= from && to <= last) return type
      if (first === from && last === to) exact = type
    }
  }
  return exact
}

function key({ port, protocol }: Want): string {
  return `${port}/${protocol}`
}
