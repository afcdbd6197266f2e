import { z } from 'zod'
import { sh } from '../kernel/sh.ts'
import { difference, keep, type Observed, present } from '../model/change.ts'
import { defineKind } from './support/define.ts'
import { path } from './support/fields.ts'

const schema = z.strictObject({
  directory: path,
  /** Only files whose names end so are looked at, e.g. `.conf`. */
  suffix: z.string().regex(/^\.[A-Za-z0-9.]+$/, 'the end of a file name such as .conf'),
  /** How a line begins that only files of ours have, e.g. `# Kept by orchestrate`. */
  mark: z
    .string()
    .regex(/^[A-Za-z0-9#;/<!][A-Za-z0-9#;/<!: -]{7,}$/, 'at least 8 letters, digits, blanks and # ; / < ! : -'),
  /** Paths of the files that stay. */
  declared: z.array(path).readonly(),
})

type Want = z.output<typeof schema>

/** A directory whose marked files are all declared: others with the mark are removed, files without it are left alone. */
export const onlyDeclared = defineKind<typeof schema, readonly string[]>({
  name: 'only-declared',
  schema,
  key: (want) => want.directory,

  // Nothing leaves the host but the paths of marked files and their marked lines.
  probe: (wants) => {
    const marks = [...new Set(wants.map(({ mark }) => mark))].flatMap((mark) => ['-e', `^${mark}`])
    const directories = [...new Set(wants.map(({ directory }) => directory))]
    return sh`find ${directories} -maxdepth 1 -type f -exec grep -sHm1 ${marks} -- {} + 2>/dev/null`
  },

  parse: (output, wants) =>
    new Map(
      wants.map((want): [string, Observed<readonly string[]>] => [want.directory, present(strays(want, output))]),
    ),

  diff: (_want, seen) => {
    if (seen.state === 'unknown') return { action: 'maybe', because: seen.because }
    const names = seen.state === 'present' ? seen.live : []
    const differences = names.map((name) => difference('file', name, undefined))
    return differences.length > 0 ? { action: 'remove', differences } : keep
  },

  apply: ({ directory, suffix, mark, declared }) => {
    const kept = declared.flatMap((one) => ['!', '-path', literal(one)])
    return sh`find ${directory} -maxdepth 1 -type f -name ${`*${suffix}`} ${kept} -exec grep -q ${`^${mark}`} {} ';' -delete`
  },
})

function strays({ directory, suffix, mark, declared }: Want, output: string): string[] {
  return output.split('\n').flatMap((line) => {
    const found = line.indexOf(`${suffix}:${mark}`)
    const file = line.slice(0, found + suffix.length)
    const name = file.slice(directory.length + 1)
    const ours = found > 0 && file.startsWith(`${directory}/`) && !name.includes('/') && !declared.includes(file)
    return ours ? [name] : []
  })
}

// For find, `*` and its like in a name are patterns.
function literal(file: string): string {
  return file.replace(/[*?[]/g, '\\$&')
}
