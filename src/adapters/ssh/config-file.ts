import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import SSHConfig from 'ssh-config'
import { messageOf, systemCode } from '../system-error.ts'
import { sshError } from './errors.ts'
import { expandHome, expandTokens, matchesList, matchesPattern } from './patterns.ts'

/** Which file is read, for messages and for relative Include paths. */
export interface ConfigSource {
  readonly host: string
  readonly file: string
  readonly home: string
  readonly depth?: number
}

/** One directive of an ssh config. */
export interface ConfigLine {
  /** In lower case. */
  readonly keyword: string
  /** Its arguments, without quotes. */
  readonly words: readonly string[]
  /** Everything behind the keyword, with quotes: what a directive that takes a command runs. */
  readonly value: string
  /** The directives of a Host or Match section. */
  readonly section: readonly ConfigLine[]
}

/** Reads an ssh config with everything it includes, in place; a missing file is empty. */
export async function readConfig(source: ConfigSource): Promise<readonly ConfigLine[]> {
  let text: string
  try {
    text = await readFile(source.file, 'utf8')
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return []
    throw badConfig(source, cause)
  }
  try {
    // A section without lines, or a last line without newline, confuses the parser; one more newline is always valid.
    return await parsedLines(SSHConfig.parse(`${text.replaceAll('\r\n', '\n')}\n`), source)
  } catch (cause) {
    throw badConfig(source, cause)
  }
}

async function parsedLines(config: SSHConfig, source: ConfigSource): Promise<readonly ConfigLine[]> {
  const lines = await Promise.all(config.map((line) => parsedLine(line, source)))
  return lines.flat()
}

async function parsedLine(line: SSHConfig[number], source: ConfigSource): Promise<readonly ConfigLine[]> {
  if (!('param' in line) || line.param.trim() === '') return []
  const values = typeof line.value === 'string' ? [{ val: line.value, separator: '', quoted: false }] : line.value
  const keyword = line.param.toLowerCase()
  const words = values.map(({ val }) => val)
  if (keyword === 'include') return include(words, source)
  const value = values
    .map(({ val, separator, quoted }) => `${separator}${quoted ? `"${val.replaceAll('"', '\\"')}"` : val}`)
    .join('')
  const section = 'config' in line ? await parsedLines(line.config, source) : []
  return [{ keyword, words, value: value.trim(), section }]
}

async function include(patterns: readonly string[], source: ConfigSource): Promise<readonly ConfigLine[]> {
  const depth = (source.depth ?? 0) + 1
  if (depth > 16) throw new Error('Include goes deeper than 16 files')
  const found: (readonly ConfigLine[])[] = []
  for (const pattern of patterns) {
    const path = expandHome(pattern, source.home)
    const absolute = isAbsolute(path) ? path : join(dirname(source.file), path)
    for (const file of await matchingFiles(absolute)) found.push(await readConfig({ ...source, file, depth }))
  }
  return found.flat()
}

/** Files that match an absolute pattern, in lexical order (ssh_config(5), Include). */
async function matchingFiles(pattern: string): Promise<readonly string[]> {
  let paths = ['/']
  for (const part of resolve(pattern).split('/').filter(Boolean)) {
    const next = paths.map(async (path) => {
      if (!/[*?]/.test(part)) return [join(path, part)]
      const names = await readdir(path).catch(() => [])
      return names.filter((name) => matchesPattern(name, part)).map((name) => join(path, name))
    })
    paths = (await Promise.all(next)).flat().sort()
  }
  return paths
}

function badConfig({ host, file }: ConfigSource, cause: unknown): Error {
  const hint = `Check it: ssh -G -F ${file} ${host}`
  return sshError({
    code: 'E_USAGE',
    host,
    message: `cannot read ssh config ${file}: ${messageOf(cause)}`,
    hint,
    cause,
  })
}

/** What an ssh config says about one host: the first value of each keyword wins, identity files add up (ssh_config(5)). */
export interface HostConfig {
  readonly values: ReadonlyMap<string, ConfigLine>
  readonly identityFiles: readonly string[]
}

/** What Host and Match sections are compared with. */
export interface ConfigQuery {
  /** The name as given in the inventory. */
  readonly alias: string
  /** Set in the inventory. */
  readonly user?: string | undefined
  readonly localUser: string
}

/** The state of one evaluation. */
interface Evaluation extends ConfigQuery {
  readonly values: Map<string, ConfigLine>
  readonly identityFiles: string[]
  readonly final: boolean
  wantsFinal: boolean
}

/** Works out the values for one host. `Match final` causes a second pass that keeps the values of the first, as in ssh(1). */
export async function configFor(lines: readonly ConfigLine[], query: ConfigQuery): Promise<HostConfig> {
  const first: Evaluation = { ...query, values: new Map(), identityFiles: [], final: false, wantsFinal: false }
  await evaluate(lines, first)
  if (first.wantsFinal) await evaluate(lines, { ...first, final: true })
  return { values: first.values, identityFiles: [...new Set(first.identityFiles)] }
}

async function evaluate(lines: readonly ConfigLine[], evaluation: Evaluation): Promise<void> {
  for (const line of lines) {
    const { keyword, words, section } = line
    if (keyword === 'host') {
      if (matchesList(evaluation.alias, words)) await evaluate(section, evaluation)
    } else if (keyword === 'match') {
      if (await matches(words, evaluation)) await evaluate(section, evaluation)
    } else if (keyword === 'identityfile') evaluation.identityFiles.push(...words)
    else if (!evaluation.values.has(keyword)) evaluation.values.set(keyword, line)
  }
}

async function matches(words: readonly string[], evaluation: Evaluation): Promise<boolean> {
  const rest = [...words]
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const negated = word.startsWith('!')
    const criterion = word.replace(/^!/, '').toLowerCase()
    const argument = ['all', 'canonical', 'final'].includes(criterion) ? '' : (rest.shift() ?? '')
    if ((await holds(criterion, argument, evaluation)) === negated) return false
  }
  return true
}

async function holds(criterion: string, argument: string, evaluation: Evaluation): Promise<boolean> {
  const { alias, localUser } = evaluation
  const user = evaluation.user ?? evaluation.values.get('user')?.words[0] ?? localUser
  const host = expandTokens(evaluation.values.get('hostname')?.words[0] ?? alias, { h: alias })
  switch (criterion) {
    case 'all':
      return true
    case 'final':
      evaluation.wantsFinal = true
      return evaluation.final
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

/** Runs a `Match exec` command of the operator's own config, as ssh(1) does. */
function succeeds(command: string): Promise<boolean> {
  return new Promise((resolve) => {
    execFile('/bin/sh', ['-c', command], { timeout: 10_000 }, (error) => resolve(error === null))
  })
}
