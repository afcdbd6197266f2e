import { command, directory, file, type Problem, permissions, type Resource, type Script, sh } from '#orchestrate'
import { configLines } from '../lib/config-lines.ts'
import { type Certificate, makersOf } from '../slots.ts'

const map = '/etc/postfix/tls_server_sni_maps'
const hooks = '/etc/letsencrypt/renewal-hooks/deploy'

/** Content of tls_server_sni_maps: for each name the private key, then the chain; or one file that holds both. */
export function sniText(certificates: readonly Certificate[]): string {
  const rows = certificates.map(({ name, key, chain }) => [name, ...new Set([key, chain])].join(' '))
  return `${['# Written by orchestrate; changes made here are undone. The key comes first.', ...rows].join('\n')}\n`
}

/** The table. Its index holds copies of the private keys, so both are readable by root only. */
export function sniTable(certificates: readonly Certificate[]): Resource {
  return file({ path: map, content: sniText(certificates), mode: '0600', secret: true })
}

/** Builds the index unless it holds exactly the current keys and chains; a certbot hook does the same after a renewal. */
export function sniIndex(certificates: readonly Certificate[]): Resource[] {
  const index = command({
    name: 'build tls_server_sni_maps.db',
    unless: isCurrent(certificates),
    inputs: makersOf(certificates),
    run: build,
    secretFiles: [`${map}.db`],
  })
  const safe = permissions({ path: `${map}.db`, mode: '0600' })
  if (!certificates.some(({ chain }) => chain.startsWith('/etc/letsencrypt/'))) return [index, safe]
  return [index, safe, directory({ path: hooks }), file({ path: `${hooks}/50-postfix`, content: hook, mode: '0755' })]
}

// Built in a temporary directory and renamed: running Postfix daemons never see an incomplete index.
const build: Script = sh`umask 077
work=$(mktemp -d /etc/postfix/.sni.XXXXXX)
trap 'rm -rf "$work"' EXIT
cp ${map} "$work/map"
said=$(postmap -F hash:"$work/map" 2>&1) && [ -z "$said" ] || { echo "$said" >&2; exit 1; }
chmod 600 "$work/map.db"
mv -f "$work/map.db" ${`${map}.db`}
if selinuxenabled 2>/dev/null; then restorecon ${`${map}.db`}; fi`

const hook = `#!/bin/sh
# Written by orchestrate; changes made here are undone.
set -e
${String(build)}
systemctl try-reload-or-restart postfix.service
`

// One listing of the index for all names, beside their files; postmap puts a tab after a name and empty lines between files.
const sameEntries = `
  !listed { if (name != "") { key = name; name = ""; names++ } want[key] = want[key] $0; next }
  match($0, /^[^\\t ]+\\t/) { key = substr($0, 1, RLENGTH - 1); $0 = substr($0, RLENGTH + 1); entries++ }
  { found[key] = found[key] $0 }
  END { for (key in want) if (found[key] != want[key]) exit 1; exit entries != names }`

function isCurrent(certificates: readonly Certificate[]): Script {
  const files = certificates.flatMap(({ name, key, chain }) => [`name=${name}`, ...new Set([key, chain])])
  return sh`postmap -F -s ${`hash:${map}`} | awk ${sameEntries} ${files} listed=1 -`
}

/** One entry of tls_server_sni_maps. */
interface SniEntry {
  readonly name: string
  readonly files: readonly string[]
  readonly line: number
}

/** The entries of a table as postmap(1) reads it: name, then PEM files. */
function sniEntries(text: string): SniEntry[] {
  return configLines(text).map(({ line, text }) => {
    const [name = '', ...files] = text.split(/[\s,]+/)
    return { name, files, line }
  })
}

/**
 * SNI tables whose private key does not come first (Postfix then aborts the handshake; `postmap -F` does not report it), and
 * names that are none of `names` or have no entry. `pem` gives the content of a file if it is known; otherwise the
 * names of the files are judged, as far as they are telling.
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
