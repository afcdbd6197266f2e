import type { Problem } from '../../kernel/errors.ts'
import { configLines } from './problem.ts'

/** One entry of tls_server_sni_maps. */
export interface SniEntry {
  readonly name: string
  readonly files: readonly string[]
  readonly line: number
}

/** The entries of a table as postmap(1) reads it: name, then PEM files. */
export function sniEntries(text: string): SniEntry[] {
  return configLines(text).map(({ line, text }) => {
    const [name = '', ...files] = text.split(/[\s,]+/)
    return { name, files, line }
  })
}

/**
 * SNI tables whose private key does not come first (M1: the handshake is aborted, `postmap -F` says nothing), and names
 * that are none of `names` or have no entry. `pem` gives a file's text where it is known; else the names of the files decide, as far
 * as they tell.
 */
export function sniProblems(
  text: string,
  options: {
    readonly names?: readonly string[]
    readonly pem?: (file: string) => string | undefined
    readonly file?: string
  } = {},
): Problem[] {
  const { names, pem = () => undefined, file = 'tls_server_sni_maps' } = options
  const entries = sniEntries(text)
  const absent = (names ?? []).filter((one) => !entries.some(({ name }) => name === one))
  const missing = absent.map((name) => ({
    place: file,
    found: `no entry for ${name}`,
    allowed: 'an entry for every name that clients use',
  }))
  const wrong = entries.flatMap(({ name, files, line }) => {
    const place = `${file}:${line} ${name}`
    const found: Problem[] = []
    if (names && !names.includes(name)) found.push({ place, found: `unknown name ${name}`, allowed: names.join(', ') })
    if (!keyFirst(files, pem)) {
      found.push({ place, found: `${files[0] ?? 'nothing'} first`, allowed: 'the private key first, then its chain' })
    }
    return found
  })
  return [...wrong, ...missing]
}

function keyFirst([first, ...others]: readonly string[], pem: (file: string) => string | undefined): boolean {
  if (first === undefined) return false
  const text = pem(first)
  if (text !== undefined) return /^-----BEGIN ([A-Z]+ )?PRIVATE KEY-----/m.test(firstBlock(text))
  if (namedAsKey(first)) return true
  return !others.some(namedAsKey) && !/chain|cert|\.(crt|cer)$/i.test(fileName(first))
}

function namedAsKey(path: string): boolean {
  return /key/i.test(fileName(path))
}

function fileName(path: string): string {
  return path.split('/').at(-1) ?? ''
}

function firstBlock(pem: string): string {
  return pem.slice(pem.indexOf('-----BEGIN')).split('-----END')[0] ?? ''
}
