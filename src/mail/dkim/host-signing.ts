import { lines, raw, type Script, sh } from '../../kernel/sh.ts'
import { parsePublicKeys, publicKeysScript } from '../dns/host-keys.ts'

/** Where a host keeps since when each selector signs: `SECONDS DOMAIN SELECTOR`, oldest first (role opendkim). */
export const signingLog = '/var/lib/orchestrate/dkim/signing'

/** Where `dkim status` keeps since when it has seen a record everywhere: `SECONDS NAME BASE64`. */
const publishedNotes = '/var/lib/orchestrate/dkim/published'

/** Reads in one command what only the host knows of its DKIM keys. No private key leaves it. */
export const hostSigningScript: Script = lines([
  sh`echo "@now $(date +%s)"`,
  raw(`stat -c '@made %Y %n' /etc/opendkim/keys/*/*.private 2>/dev/null`),
  raw(`sed -n 's/^[^#]/@signs &/p' /etc/opendkim/SigningTable /etc/opendkim/EgressSigningTable 2>/dev/null`),
  sh`sed 's/^/@signed /' ${signingLog} 2>/dev/null`,
  sh`sed 's/^/@published /' ${publishedNotes} 2>/dev/null`,
  publicKeysScript,
  raw('true'),
])

/** A DKIM key on a host. */
export interface HeldKey {
  readonly base64: string
  /** When its file was made. All moments are seconds of the host's clock. */
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

/** The script's output taken apart. */
export function parseHostSigning(output: string): HostSigning {
  const found = (pattern: RegExp) => [...output.matchAll(pattern)].map(([, ...words]) => words)
  const made = new Map(
    found(/^@made (\d+) \/etc\/opendkim\/keys\/([^/\s]+)\/([^/\s]+)\.private$/gm).map(([at, domain, selector]) => [
      `${selector}._domainkey.${domain}`,
      Number(at),
    ]),
  )
  const keys = parsePublicKeys(output)
    .filter(({ use }) => use === 'dkim')
    .map(({ domain, selector, base64 }) => [`${selector}._domainkey.${domain}`, base64] as const)
  // A bounce is signed with the key of another domain: such a row says nothing of the host name's own.
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
  const folder = publishedNotes.replace(/\/[^/]+$/, '')
  const texts = notes.map(({ at, name, base64 }) => `${at} ${name} ${base64}\n`)
  return sh`set -e
mkdir -p -m 0700 ${folder}
printf '%s' ${texts} >${`${publishedNotes}.new`}
mv -f -- ${`${publishedNotes}.new`} ${publishedNotes}`
}
