import { z } from 'zod'
import { lines, type Script, sh } from '../kernel/sh.ts'
import { difference, keep, type Observed, present, updateIf } from '../model/change.ts'
import { defineKind } from './support/define.ts'
import { packageName, parsePackages, queryPackages } from './support/rpm.ts'

const schema = z.strictObject({
  name: packageName,
  state: z.enum(['present', 'latest']).default('present'),
})

const gone = schema.pick({ name: true })

interface LivePackage {
  /** `epoch:version-release.arch` as rpm knows it. */
  readonly version: string
  /** The newer version that the enabled repositories offer, if one was looked for. */
  readonly newer?: string | undefined
  /** Looking for a newer version failed, e.g. because one repository cannot be read. */
  readonly unchecked?: boolean | undefined
}

/** An RPM package: installed, or at the newest version the repositories have. (`package` itself is a reserved word.) */
export const pkg = defineKind<typeof schema, LivePackage, typeof gone>({
  name: 'package',
  schema,
  key: (want) => want.name,
  stamps: (want) => [`rpm:${want.name}`],

  probe: (wants, _options, absent) => {
    const names = [...wants, ...absent].map((want) => want.name)
    const latest = wants.filter((want) => want.state === 'latest').map((want) => want.name)
    return lines([queryPackages(names), ...(latest.length > 0 ? [queryUpdates(latest)] : [])])
  },

  parse: (output) => {
    const newer = new Map([...output.matchAll(/^update (\S+) (\S+)$/gm)].map(([, name, version]) => [name, version]))
    const unchecked = /^update-check (?!0$|100$)/m.test(output)
    return new Map(
      parsePackages(output).map(({ name, version }): [string, Observed<LivePackage>] => [
        name,
        present({ version, newer: newer.get(name), unchecked }),
      ]),
    )
  },

  diff: (want, seen) => {
    if (seen.state === 'unknown') return { action: 'maybe', because: seen.because }
    if (seen.state === 'absent')
      return { action: 'create', differences: [difference('version', undefined, 'installed', { label: '' })] }
    const { version, newer, unchecked } = seen.live
    if (want.state === 'latest' && unchecked)
      return { action: 'maybe', because: 'dnf could not look for a newer version' }
    return want.state === 'latest' && newer ? updateIf([difference('version', version, newer)]) : keep
  },

  apply: (want, change) => {
    const verb = change.action === 'update' ? 'upgrade' : 'install'
    const unless = verb === 'install' ? sh`rpm -q --quiet` : undefined
    return { sort: 'batch', command: sh`dnf -y -q ${verb}`, words: [want.name], unless }
  },

  absence: {
    schema: gone,
    goes: (_want, live) => [difference('version', live.version, undefined)],
    remove: ({ name }) => ({ sort: 'batch', command: sh`dnf -y -q remove`, words: [name] }),
  },
})

// Exits 100 if there are updates, 0 if there are none, 1 if it could not tell.
function queryUpdates(names: readonly string[]): Script {
  return sh`{ dnf -q check-update ${names} 2>/dev/null; echo update-check $?; } | awk '/^update-check/ { print } NF == 3 { sub(/\\.[^.]*$/, "", $1); print "update", $1, $2 }'`
}
