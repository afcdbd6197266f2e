import type { Problem } from '../../kernel/errors.ts'
import { mainCf, masterCf } from './postfix-config.ts'

/** Tables that are a file (DATABASE_README); `proxy:` may stand before any of them. */
const fileTables =
  /(?:^|[\s,{=])(?:proxy:)?(hash|lmdb|btree|texthash|pcre|regexp|cidr|mysql|pgsql|ldap|sqlite):(?:\{|([^\s,{}]+))/g

/** Files that the postfix package brings, comments only (M22, R1 of the study): there, but empty. */
const packaged = ['access', 'canonical', 'generic', 'header_checks', 'relocated', 'transport', 'virtual'].map(
  (name) => `/etc/postfix/${name}`,
)

/** Tables whose cache Postfix makes by itself. */
const madeByPostfix = /_(session_)?cache_(database|map)$|^(address_verify_map|postscreen_cache_map)$/

/**
 * Tables that main.cf or master.cf name and nobody makes (M27): every lookup is then a temporary failure, and
 * `postfix check` exits 0. `files` are the paths that are declared or known to be on the host.
 */
export function missingMapProblems(
  texts: { readonly main: string; readonly master?: string },
  files: readonly string[],
  names = { main: 'main.cf', master: 'master.cf' },
): Problem[] {
  const there = new Set([...files, '/etc/aliases'])
  const options = masterCf(texts.master ?? '', names.master).flatMap((service) => service.options)
  const settings = [...mainCf(texts.main, names.main), ...options].filter(({ name }) => !madeByPostfix.test(name))
  const own = new Map(mainCf(texts.main, '').map(({ name, value }) => [name, value]))
  return settings.flatMap(({ name, value, place }) =>
    [...expand(value, own).matchAll(fileTables)].flatMap(([, type, path]) => {
      if (path === undefined || there.has(path)) return []
      const found = `${type}:${path}, ${packaged.includes(path) ? 'which is only the package’s empty sample' : 'which nothing makes'}`
      return [{ place: `${place} ${name}`, found, allowed: 'a file that is declared too' }]
    }),
  )
}

function expand(value: string, own: ReadonlyMap<string, string>, depth = 0): string {
  if (depth > 5) return value
  const next = value.replace(/\$\{?([A-Za-z0-9_]+)\}?/g, (whole, name: string) => own.get(name) ?? whole)
  return next === value ? value : expand(next, own, depth + 1)
}
