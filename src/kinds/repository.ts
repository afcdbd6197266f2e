import { z } from 'zod'
import { lines, raw, type Script, sh } from '../kernel/sh.ts'
import { type Difference, difference, keep, type Observed, present, updateIf } from '../model/change.ts'
import { defineKind } from './support/define.ts'
import { relabel } from './support/paths.ts'
import { packageName } from './support/rpm.ts'

const url = z.url({ protocol: /^(https?|file)$/, error: 'an address such as https://example.org/repo' })
const line = z.string().regex(/^[^\p{Cc}]+$/u, 'one line of text')

const file = z
  .strictObject({
    title: line.optional(),
    baseurl: url.optional(),
    metalink: url.optional(),
    mirrorlist: url.optional(),
    gpgcheck: z.boolean().default(true),
    /** Address or file:///path of the key; needed unless `gpgcheck` is off. */
    gpgkey: url.optional(),
    /** Further settings as dnf.conf(5) knows them, e.g. `{ excludepkgs: 'php*' }`. */
    options: z.record(z.string().regex(/^[a-z_]+$/, 'the name of a setting'), line).default({}),
  })
  .refine(
    ({ baseurl, metalink, mirrorlist }) => baseurl ?? metalink ?? mirrorlist,
    'one of baseurl, metalink and mirrorlist',
  )
  .refine(({ gpgcheck, gpgkey }) => !gpgcheck || gpgkey, { path: ['gpgkey'], error: 'the key, as gpgcheck is on' })

const source = z
  .strictObject({
    /** A package of the enabled repositories that brings it, e.g. epel-release. */
    package: packageName.optional(),
    /** A package at this address that brings it. */
    rpm: z
      .strictObject({
        url,
        sha256: z
          .string()
          .regex(/^[0-9a-f]{64}$/, '64 hex digits')
          .optional(),
      })
      .optional(),
    /** The settings themselves. */
    file: file.optional(),
  })
  .refine((want) => Object.values(want).filter((one) => one !== undefined).length === 1, 'one of package, rpm and file')

const schema = z.strictObject({
  /** Its id: what stands in `[ ]`. */
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]*$/, 'the id of a repository'),
  enabled: z.boolean().default(true),
  /** Where it comes from; without a source it is expected to be there. */
  source: source.optional(),
})

type Want = z.output<typeof schema>
type Keys = ReadonlyMap<string, string>

/** A dnf repository: there, and enabled or disabled. */
export const repository = defineKind<typeof schema, Keys>({
  name: 'repository',
  schema,
  changesOffer: true,
  key: (want) => want.name,
  probe: () => readRepoFiles,
  parse: (output) =>
    new Map([...parseRepoFiles(output)].map(([name, { keys }]): [string, Observed<Keys>] => [name, present(keys)])),

  diff: (want, seen) => {
    if (seen.state === 'unknown') return { action: 'maybe', because: seen.because }
    const to = want.enabled ? 'enabled' : 'disabled'
    if (seen.state === 'absent') {
      if (!want.enabled && !want.source) return keep
      return { action: 'create', differences: [difference('enabled', undefined, to, { label: 'repository' })] }
    }
    const from = isEnabled(seen.live) ? 'enabled' : 'disabled'
    const settings = want.source?.file ? settingDifferences(want, seen.live) : []
    return updateIf([...(from === to ? [] : [difference('enabled', from, to, { label: 'repository' })]), ...settings])
  },

  apply: (want) => {
    const bring = want.source?.package ? fromPackage(want.source.package) : want.source?.rpm ? fromRpm(want) : sh`:`
    const script = want.source?.file ? writeFile(want) : lines([bring, flip(want.name, want.enabled)])
    return { sort: 'step', script }
  },
})

function fromPackage(name: string): Script {
  return sh`rpm -q ${name} >/dev/null || dnf -y -q install ${name}`
}

function fromRpm({ name, source }: Want): Script {
  const { url: address = '', sha256 } = source?.rpm ?? {}
  return sh`if ! grep -qsF ${`[${name}]`} /etc/yum.repos.d/*.repo; then
  rpm=$(mktemp --suffix=.rpm)
  trap 'rm -f -- "$rpm"' EXIT
  curl -fsSL --retry 3 --max-time 120 -o "$rpm" ${address}
  ${sha256 ? sh`echo ${sha256}"  $rpm" | sha256sum -c --quiet` : sh`:`}
  dnf -y -q install "$rpm"
fi`
}

function settings({ name, enabled, source }: Want): Record<string, string> {
  const { title, gpgcheck, options, ...addresses } = source?.file ?? { gpgcheck: true, options: {} }
  const given = Object.entries(addresses).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const flag = (on: boolean) => (on ? '1' : '0')
  return {
    name: title ?? name,
    ...Object.fromEntries(given),
    enabled: flag(enabled),
    gpgcheck: flag(gpgcheck),
    ...options,
  }
}

function settingDifferences(want: Want, live: Keys): Difference[] {
  const { enabled: _, ...wanted } = settings(want)
  const extra = [...live.keys()].filter((key) => key !== 'enabled' && !(key in wanted))
  const found = Object.fromEntries(Object.keys(wanted).map((key) => [key, live.get(key) ?? 'not set']))
  return [
    ...Object.entries(wanted)
      .filter(([key, value]) => found[key] !== value)
      .map(([label, value]) => difference('setting', found[label], value, { label })),
    ...extra.map((label) => difference('setting', live.get(label), 'not set', { label })),
  ]
}

function writeFile(want: Want): Script {
  const target = `/etc/yum.repos.d/${want.name}.repo`
  const text = Object.entries(settings(want)).map(([key, value]) => `${key}=${value}`)
  return sh`printf '%s\n' ${[`[${want.name}]`, ...text]} >${`${target}.orchestrate`}
chmod 0644 ${`${target}.orchestrate`}
sync ${`${target}.orchestrate`}
mv -fT -- ${`${target}.orchestrate`} ${target}
${relabel(target)}`
}

// Sections of all files in /etc/yum.repos.d, by repository: its keys and the file it stands in.
type RepoSections = ReadonlyMap<string, { readonly file: string; readonly keys: ReadonlyMap<string, string> }>

// Prints all lines of the repository files but comments, each after its file's name; one process.
const readRepoFiles: Script = raw(`grep -H '^[^#;]' /etc/yum.repos.d/*.repo 2>/dev/null || :`)

// What `readRepoFiles` printed. As with dnf the first section of a name counts.
function parseRepoFiles(output: string): RepoSections {
  const sections = new Map<string, { file: string; keys: Map<string, string> }>()
  let keys = new Map<string, string>()
  for (const [, file = '', line = ''] of output.matchAll(/^(\/etc\/yum\.repos\.d\/[^:\n]+\.repo):(.*)$/gm)) {
    const [, section] = /^\s*\[([^\]]+)\]/.exec(line) ?? []
    const [, name, value] = /^\s*([A-Za-z_]+)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? []
    if (section !== undefined) {
      keys = new Map()
      if (!sections.has(section)) sections.set(section, { file, keys })
    } else if (name !== undefined) keys.set(name.toLowerCase(), value ?? '')
  }
  return sections
}

// Whether dnf uses a section with these keys.
function isEnabled(keys: ReadonlyMap<string, string>): boolean {
  return !/^(0|no|false|off)$/i.test(keys.get('enabled') ?? '1')
}

// Sets `enabled=` in the section of a repository, whichever file it stands in; the file is replaced by rename.
function flip(name: string, enabled: boolean): Script {
  return sh`found=
for f in /etc/yum.repos.d/*.repo; do
  grep -qF ${`[${name}]`} "$f" 2>/dev/null || continue
  found=1
  cp -p -- "$f" "$f.orchestrate"
  awk -v section=${`[${name}]`} -v line=${`enabled=${enabled ? 1 : 0}`} '
    function close_section() { if (inside && !done) print line; inside = 0 }
    /^[[:space:]]*\\[/ { close_section(); name = $0; gsub(/^[[:space:]]+|[[:space:]]+$/, "", name); inside = name == section; done = 0 }
    inside && /^[[:space:]]*enabled[[:space:]]*[=:]/ { if (!done) print line; done = 1; next }
    { print }
    END { close_section() }' "$f" >"$f.orchestrate"
  sync "$f.orchestrate"
  mv -fT -- "$f.orchestrate" "$f"
done
if [ -z "$found" ]; then echo ${`no file in /etc/yum.repos.d has a repository [${name}]`} >&2; exit 1; fi`
}
