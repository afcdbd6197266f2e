import { command, lines, type Resource, type Script, sh } from '#orchestrate'
import { keyName, printPublicKeys, readPublicKeys } from '../lib/key-records.ts'
import { type DkimKey, keysRoot } from './keys.ts'

/** Directory on the host with its records of the rotation. */
const folder = '/var/lib/orchestrate/dkim'

/** Since when each selector signs: `SECONDS DOMAIN SELECTOR`, oldest first. The last line of a domain names the selector that signs. */
export const signingLog = `${folder}/signing`

/** Since when `dkim status` has seen a record at every server: `SECONDS NAME BASE64`. */
export const publishedNotes = `${folder}/published`

// Both awk programs read the log first and then `DOMAIN SELECTOR` lines.
const unlike = '!now { last[$2] = $3; next } last[$1] != $2'

/**
 * Writes down when a selector begins to sign for a domain: `dkim status` reads from it since when each one signs and until
 * when the earlier ones did. It comes after the services, so that a switch that was rolled back is not recorded.
 */
export function signingRecord(signers: readonly DkimKey[]): Resource {
  const pairs = signers.map(({ domain, selector }) => `${domain} ${selector}`)
  return command({
    name: 'record since when DKIM selectors sign',
    unless: sh`printf '%s\n' ${pairs} | awk ${`${unlike} { wrong = 1 } END { exit wrong }`} ${signingLog} now=1 -`,
    run: sh`mkdir -p -m 0700 ${folder}
touch ${signingLog}
cp -p ${signingLog} ${`${signingLog}.new`}
printf '%s\n' ${pairs} | awk -v at="$(date +%s)" ${`${unlike} { print at, $0 }`} ${signingLog} now=1 - >>${`${signingLog}.new`}
sync -- ${`${signingLog}.new`}
mv -f -- ${`${signingLog}.new`} ${signingLog}`,
  })
}

/** A DKIM key on a host. All times are seconds of the host's clock. */
export interface HeldKey {
  readonly base64: string
  /** When its file was made. */
  readonly made: number
}

/** One line of the log: from then on this selector signed. */
export interface SigningTurn {
  readonly at: number
  readonly domain: string
  readonly selector: string
}

/** Since when a key has been seen at every server of its zone. */
export interface PublishedNote {
  readonly at: number
  readonly name: string
  readonly base64: string
}

/** What a host says of its DKIM keys. */
export interface HostSigning {
  readonly now: number
  /** Keys by the name they are published under. */
  readonly keys: ReadonlyMap<string, HeldKey>
  /** Which selector the tables sign with, by domain. */
  readonly signs: ReadonlyMap<string, string>
  readonly turns: readonly SigningTurn[]
  readonly notes: readonly PublishedNote[]
}

/** Reads in one command what only the host knows of its DKIM keys. No private key leaves it. */
export const hostSigningScript: Script = lines([
  sh`echo "@now $(date +%s)"`,
  sh`stat -c '@made %Y %n' ${keysRoot}/*/*.private 2>/dev/null`,
  sh`sed -n 's/^[^#]/@signs &/p' /etc/opendkim/SigningTable /etc/opendkim/EgressSigningTable 2>/dev/null`,
  sh`sed 's/^/@signed /' ${signingLog} 2>/dev/null`,
  sh`sed 's/^/@published /' ${publishedNotes} 2>/dev/null`,
  printPublicKeys(keysRoot),
  sh`true`,
])

/** Takes the output of that script apart. */
export function parseHostSigning(output: string): HostSigning {
  const found = (pattern: RegExp) => [...output.matchAll(pattern)].map(([, ...words]) => words)
  const made = new Map(
    found(/^@made (\d+) \/etc\/opendkim\/keys\/([^/\s]+)\/([^/\s]+)\.private$/gm).map(
      ([at, domain = '', selector = '']) => [keyName({ domain, selector }), Number(at)],
    ),
  )
  const keys = readPublicKeys(output, keysRoot).map((key) => [keyName(key), key.base64] as const)
  // Bounces are signed with the key of another domain; such rows do not count for the host name.
  const rows = found(/^@signs (?:\*@(\S+)|\*)\s+(\S+)\._domainkey\.(\S+)$/gm)
  return {
    now: Number(/^@now (\d+)$/m.exec(output)?.[1] ?? 0),
    keys: new Map(keys.map(([name, base64]) => [name, { base64, made: made.get(name) ?? 0 }])),
    signs: new Map(
      rows
        .filter(([of, , domain]) => of === undefined || of === domain)
        .map(([, selector = '', domain = '']) => [domain, selector]),
    ),
    turns: found(/^@signed (\d+) (\S+) (\S+)$/gm).map(([at, domain = '', selector = '']) => ({
      at: Number(at),
      domain,
      selector,
    })),
    notes: found(/^@published (\d+) (\S+) (\S+)$/gm).map(([at, name = '', base64 = '']) => ({
      at: Number(at),
      name,
      base64,
    })),
  }
}

/** Replaces the notes of what has been seen at every server. */
export function writeNotes(notes: readonly PublishedNote[]): Script {
  const rows = notes.map(({ at, name, base64 }) => `${at} ${name} ${base64}\n`)
  return sh`set -e
mkdir -p -m 0700 ${folder}
printf '%s' ${rows} >${`${publishedNotes}.new`}
mv -f -- ${`${publishedNotes}.new`} ${publishedNotes}`
}
