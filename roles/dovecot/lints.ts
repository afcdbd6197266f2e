import type { Problem } from '#orchestrate'
import { configLines, unknownName } from '../lib/config-lines.ts'
import { dovecotSettings, laterSettings } from './known-settings.ts'

/** Blocks whose settings are free names. */
const freeBlocks = new Set(['plugin', 'environment'])

/** Keywords that open a block in 2.3. */
const blocks = new Set(
  `auth_policy_request dict event_exporter fifo_listener inet_listener listener local local_name mailbox metric metrics
   namespace passdb plugin protocol remote service unix_listener userdb`.split(/\s+/),
)

/** Settings and blocks of a dovecot.conf that 2.3.16 does not know: it refuses to start with them. */
export function dovecotProblems(text: string, file = 'dovecot.conf'): Problem[] {
  const open: string[] = []
  return configLines(text).flatMap(({ line, text }) => {
    const place = `${file}:${line}`
    if (text.startsWith('}')) {
      open.pop()
      return []
    }
    const [, block] = /^([a-z_0-9]+)\b[^=]*\{$/.exec(text) ?? []
    if (block !== undefined) {
      open.push(block)
      return blocks.has(block) || freeBlocks.has(open.at(-2) ?? '') ? [] : [unknownName(place, 'block', block, blocks)]
    }
    if (text.startsWith('!include') || open.some((name) => freeBlocks.has(name))) return []
    return settingProblems(text, place)
  })
}

function settingProblems(text: string, place: string): Problem[] {
  const [, name] = /^([A-Za-z0-9_]+)\s*=/.exec(text) ?? []
  if (name === undefined) return [{ place, found: text, allowed: 'NAME = VALUE' }]
  if (dovecotSettings.has(name)) return []
  const release = laterSettings.get(name)
  if (release)
    return [{ place, found: `${name}, which came with Dovecot ${release}`, allowed: 'settings of Dovecot 2.3.16' }]
  return [unknownName(place, 'setting', name, dovecotSettings)]
}
