import { execFile } from 'node:child_process'
import type { ConfigLine } from './config-lines.ts'
import { expandTokens } from './expand.ts'
import { matchesPattern } from './known-hosts.ts'

/** What an ssh config says about one host: the first value of each keyword wins, identity files add up (ssh_config(5)). */
export interface HostConfig {
  readonly values: ReadonlyMap<string, ConfigLine>
  readonly identityFiles: readonly string[]
}

/** Who is asking, for Host and Match. */
export interface ConfigQuery {
  /** The name as it was typed. */
  readonly alias: string
  /** Settled outside the config. */
  readonly user?: string | undefined
  readonly localUser: string
}

/** The state of one reading. */
interface Reading extends ConfigQuery {
  readonly values: Map<string, ConfigLine>
  readonly identityFiles: string[]
  readonly final: boolean
  wantsFinal: boolean
}

/** Works out the values for one host. `Match final` costs a second reading over the first one's values, as in ssh(1). */
export async function configFor(lines: readonly ConfigLine[], query: ConfigQuery): Promise<HostConfig> {
  const reading: Reading = { ...query, values: new Map(), identityFiles: [], final: false, wantsFinal: false }
  await apply(lines, reading)
  if (reading.wantsFinal) await apply(lines, { ...reading, final: true })
  return { values: reading.values, identityFiles: [...new Set(reading.identityFiles)] }
}

async function apply(lines: readonly ConfigLine[], reading: Reading): Promise<void> {
  for (const line of lines) {
    const { keyword, words, inside } = line
    if (keyword === 'host') {
      if (matchesList(reading.alias, words)) await apply(inside, reading)
    } else if (keyword === 'match') {
      if (await matches(words, reading)) await apply(inside, reading)
    } else if (keyword === 'identityfile') reading.identityFiles.push(...words)
    else if (!reading.values.has(keyword)) reading.values.set(keyword, line)
  }
}

async function matches(words: readonly string[], reading: Reading): Promise<boolean> {
  const rest = [...words]
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const negated = word.startsWith('!')
    const criterion = word.replace(/^!/, '').toLowerCase()
    const argument = ['all', 'canonical', 'final'].includes(criterion) ? '' : (rest.shift() ?? '')
    if ((await holds(criterion, argument, reading)) === negated) return false
  }
  return true
}

async function holds(criterion: string, argument: string, reading: Reading): Promise<boolean> {
  const { alias, localUser } = reading
  const user = reading.user ?? reading.values.get('user')?.words[0] ?? localUser
  const host = expandTokens(reading.values.get('hostname')?.words[0] ?? alias, { h: alias })
  switch (criterion) {
    case 'all':
      return true
    case 'final':
      reading.wantsFinal = true
      return reading.final
    case 'host':
      return matchesList(host, argument.split(','))
    case 'originalhost':
      return matchesList(alias, argument.split(','))
    case 'user':
      return matchesList(user, argument.split(','))
    case 'localuser':
      return matchesList(localUser, argument.split(','))
    case 'exec':
      return succeeds(expandTokens(argument, { h: host, n: alias, r: user, u: localUser }))
    default:
      return false
  }
}

/** Matches a pattern list; a negated pattern that matches decides. */
function matchesList(name: string, patterns: readonly string[]): boolean {
  const negated = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1))
  if (negated.some((pattern) => matchesPattern(name, pattern))) return false
  return patterns.some((pattern) => !pattern.startsWith('!') && matchesPattern(name, pattern))
}

/** Runs a `Match exec` command of the operator's own config, as ssh(1) does. */
function succeeds(command: string): Promise<boolean> {
  return new Promise((resolve) => {
    execFile('/bin/sh', ['-c', command], { timeout: 10_000 }, (error) => resolve(error === null))
  })
}
