import { z } from 'zod'
import { raw, sh } from '../kernel/sh.ts'
import { difference, keep, present, updateIf } from '../model/change.ts'
import { defineKind } from './support/define.ts'

const schema = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._+-]*$/, 'the name of a dnf module'),
  stream: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._+-]*$/, 'the name of a stream, such as 8.2'),
})

interface LiveModule {
  readonly stream: string
  readonly state: string
}

/** A dnf module with this stream enabled; packages that are installed already are not moved to it. */
export const moduleStream = defineKind<typeof schema, LiveModule>({
  name: 'module-stream',
  schema,
  changesOffer: true,
  key: (want) => want.name,
  probe: () => raw(`grep -hE '^(\\[|stream|state)' /etc/dnf/modules.d/*.module 2>/dev/null || :`),

  parse: (output) => {
    const seen = new Map<string, ReturnType<typeof present<LiveModule>>>()
    for (const section of output.split(/^(?=\[)/m)) {
      const [, name] = /^\[([^\]\n]+)\]/.exec(section) ?? []
      const value = (key: string) => new RegExp(`^${key}[ \\t]*=[ \\t]*(\\S*)`, 'm').exec(section)?.[1] ?? ''
      if (name !== undefined && value('state'))
        seen.set(name, present({ stream: value('stream'), state: value('state') }))
    }
    return seen
  },

  diff: (want, seen) => {
    if (seen.state === 'unknown') return { action: 'maybe', because: seen.because }
    if (seen.state === 'absent')
      return { action: 'create', differences: [difference('stream', 'default', want.stream)] }
    const { stream, state } = seen.live
    if (state === 'enabled' && stream === want.stream) return keep
    return updateIf([difference('stream', state === 'enabled' ? stream : state, want.stream)])
  },

  apply: ({ name, stream }, change) => {
    const enable = sh`dnf -y -q module enable ${`${name}:${stream}`}`
    const script = change.action === 'create' ? enable : sh`dnf -y -q module reset ${name}\n${enable}`
    return { sort: 'step', script }
  },
})
