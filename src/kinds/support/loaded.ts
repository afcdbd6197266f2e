import { lines, type Script, sh } from '../../kernel/sh.ts'
import type { Resource, ResourceId } from '../../model/resource.ts'
import { parsePackages, queryPackages } from './rpm.ts'

/** Where a host keeps what each service or command had loaded when it last succeeded. */
export const recordRoot = '/var/lib/orchestrate/loaded'

/** One input as it is now: a checksum for a file, a version for a package. */
export interface Input {
  readonly name: string
  readonly value: string
  /** Seconds since the epoch: the file's change time (ctime) or the package's installation. */
  readonly changed: number
}

/** What is there to be loaded, and what was recorded as loaded, by record name. */
export interface Loaded {
  readonly inputs: readonly Input[]
  readonly records: ReadonlyMap<string, ReadonlyMap<string, string>>
}

/** Prints the present state of the inputs (`file:/path`, also a directory, or `rpm:name`) and the records with these names. */
export function probeLoaded(stamps: readonly string[], records: readonly string[]): Script {
  const { files, packages } = split(stamps)
  return lines([
    ...(files.length > 0 ? [listInputs(files), sumInputs(files)] : []),
    ...(packages.length > 0 ? [queryPackages(packages)] : []),
    ...(records.length > 0
      ? [sh`cd ${recordRoot} 2>/dev/null && grep -H '' ${records} 2>/dev/null | sed 's/^/record /'`]
      : []),
  ])
}

/** Takes apart what `probeLoaded` printed. */
export function parseLoaded(output: string): Loaded {
  const sums = new Map([...output.matchAll(/^loaded (\S+) {2}(.+)$/gm)].map(([, sum, name]) => [name, sum]))
  const files = [...output.matchAll(/^input (\d+(?:\.\d+)?) (.+)$/gm)].map(([, changed, name]) => ({
    name: `file:${name}`,
    value: sums.get(name) ?? '?',
    changed: Number(changed),
  }))
  const packages = parsePackages(output).map(({ name, version, installed }) => ({
    name: `rpm:${name}`,
    value: version,
    changed: installed,
  }))
  const records = new Map<string, Map<string, string>>()
  for (const [, record, name, value] of output.matchAll(/^record ([^:\n]+):(\S.*?) (\S+)$/gm)) {
    const entries = records.get(record ?? '') ?? new Map<string, string>()
    records.set(record ?? '', entries.set(name ?? '', value ?? ''))
  }
  return { inputs: [...files, ...packages], records }
}

/** Writes `"$record.new"` with what is there to be loaded now; `commitRecord` makes it the record after success. */
export function writeRecord(name: string, stamps: readonly string[], extra: Script = sh``): Script {
  const { files, packages } = split(stamps)
  return lines([
    sh`mkdir -p -m 0700 ${recordRoot}`,
    sh`record=${`${recordRoot}/${name}`}`,
    '{',
    ...(files.length > 0 ? [sh`${sumInputs(files)} | sed -E 's/^loaded (\\S+)  (.*)$/file:\\2 \\1/'`] : []),
    ...(packages.length > 0 ? [sh`${queryPackages(packages)} | sed -E 's/^rpm (\\S+) (\\S+) .*$/rpm:\\1 \\2/'`] : []),
    extra,
    ':',
    '} >"$record.new"',
  ])
}

/** The record of what was loaded becomes valid. */
export const commitRecord = 'mv -f -- "$record.new" "$record"'

/** Inputs under these stamps whose value is not the recorded one, or that came or went since. */
export function changedSince(loaded: Loaded, record: string, stamps: readonly string[]): string[] {
  const recorded = new Map([...(loaded.records.get(record) ?? [])].filter(([name]) => covers(stamps, name)))
  const present = loaded.inputs.filter(({ name }) => covers(stamps, name))
  const changed = present.filter(({ name, value }) => recorded.get(name) !== value).map(({ name }) => name)
  const gone = [...recorded.keys()].filter((name) => !present.some((input) => input.name === name))
  return [...changed, ...gone].map(bare)
}

/** Inputs under these stamps that changed after a moment (seconds since the epoch). */
export function changedAfter(loaded: Loaded, moment: number, stamps: readonly string[]): string[] {
  return loaded.inputs
    .filter(({ name, changed }) => covers(stamps, name) && changed > moment)
    .map(({ name }) => bare(name))
}

/** Inputs except those of resources that change in this plan: for these there is a signal. */
export function unexplained(
  names: readonly string[],
  resources: readonly Resource[],
  changed: ReadonlySet<ResourceId>,
): string[] {
  const explained = resources.filter(({ id }) => changed.has(id)).flatMap(({ stamps }) => stamps)
  return names.filter((name) => !['file', 'rpm'].some((sort) => covers(explained, `${sort}:${name}`)))
}

function covers(stamps: readonly string[], name: string): boolean {
  return stamps.some((stamp) => name === stamp || (stamp.startsWith('file:') && name.startsWith(`${stamp}/`)))
}

function bare(stamp: string): string {
  return stamp.slice(stamp.indexOf(':') + 1)
}

function split(stamps: readonly string[]): { files: string[]; packages: string[] } {
  const of = (sort: string) => [...new Set(stamps.filter((stamp) => stamp.startsWith(`${sort}:`)).map(bare))].sort()
  return { files: of('file'), packages: of('rpm') }
}

// Links are followed: a renewed certificate behind live/NAME/fullchain.pem is a new input.
function listInputs(paths: readonly string[]): Script {
  return sh`printf '%s\n' ${paths} | xargs -d '\n' -r sh -c 'find -L "$@" -type f -printf "input %C@ %p\n" 2>/dev/null' sh`
}

function sumInputs(paths: readonly string[]): Script {
  return sh`printf '%s\n' ${paths} | xargs -d '\n' -r sh -c 'find -L "$@" -type f -print0 2>/dev/null | sort -z | xargs -0r sha256sum' sh | sed 's/^/loaded /'`
}
