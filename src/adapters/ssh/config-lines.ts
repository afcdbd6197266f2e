import { readdir, readFile } from 'node:fs/promises'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import SSHConfig from 'ssh-config'
import { expandHome } from './expand.ts'
import { failure, systemCode, wordsOf } from './failure.ts'
import { matchesPattern } from './known-hosts.ts'

/** One directive; its words are unquoted, its text is what a command directive runs. `inside` holds a section's lines. */
export interface ConfigLine {
  readonly keyword: string
  readonly words: readonly string[]
  readonly text: string
  readonly inside: readonly ConfigLine[]
}

/** Where a config comes from, for messages and for relative Include paths. */
export interface ConfigSource {
  readonly host: string
  readonly file: string
  readonly home: string
  readonly depth?: number
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
    // A section without lines and a last line without newline confuse the parser; a newline is always in order.
    return await withIncludes(SSHConfig.parse(`${text.replaceAll('\r\n', '\n')}\n`), source)
  } catch (cause) {
    throw badConfig(source, cause)
  }
}

async function withIncludes(config: SSHConfig, source: ConfigSource): Promise<readonly ConfigLine[]> {
  const lines = await Promise.all(config.map((line) => oneLine(line, source)))
  return lines.flat()
}

async function oneLine(line: SSHConfig[number], source: ConfigSource): Promise<readonly ConfigLine[]> {
  if (!('param' in line) || line.param.trim() === '') return []
  const values = typeof line.value === 'string' ? [{ val: line.value, separator: '', quoted: false }] : line.value
  const keyword = line.param.toLowerCase()
  const words = values.map(({ val }) => val)
  if (keyword === 'include') return include(words, source)
  const text = values
    .map(({ val, separator, quoted }) => `${separator}${quoted ? `"${val.replaceAll('"', '\\"')}"` : val}`)
    .join('')
  const inside = 'config' in line ? await withIncludes(line.config, source) : []
  return [{ keyword, words, text: text.trim(), inside }]
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
  return failure({ code: 'E_USAGE', host, message: `cannot read ssh config ${file}: ${wordsOf(cause)}`, hint, cause })
}
