import { raw, type Script, sh } from '../kernel/sh.ts'

/** Sections of all files in /etc/yum.repos.d, by repository: its keys and the file it stands in. */
export type RepoSections = ReadonlyMap<string, { readonly file: string; readonly keys: ReadonlyMap<string, string> }>

/** Prints all lines of the repository files but comments, each after its file's name; one process. */
export const readRepoFiles: Script = raw(`grep -H '^[^#;]' /etc/yum.repos.d/*.repo 2>/dev/null || :`)

/** What `readRepoFiles` printed. As with dnf the first section of a name counts. */
export function parseRepoFiles(output: string): RepoSections {
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

/** Whether dnf uses a section with these keys. */
export function isEnabled(keys: ReadonlyMap<string, string>): boolean {
  return !/^(0|no|false|off)$/i.test(keys.get('enabled') ?? '1')
}

/** Sets `enabled=` in the section of a repository, whichever file it stands in; the file is replaced by rename. */
export function flip(name: string, enabled: boolean): Script {
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
