import { z } from 'zod'
import { unifiedDiff } from '../kernel/diff.ts'
import { Secret } from '../kernel/secret.ts'
import { lines, Script, sh } from '../kernel/sh.ts'
import { type Content, contentSha256, encoded, isSecret, Text } from '../kernel/text.ts'
import {
  type Difference,
  difference,
  differing,
  fingerprint,
  type Observed,
  present,
  updateIf,
} from '../model/change.ts'
import { defineKind } from './support/define.ts'
import { group, mode, owner, path } from './support/fields.ts'
import { parsePaths, parseSums, pathAbsence, pathSession, relabel, type SeenPath, sumPaths } from './support/paths.ts'

const schema = z.strictObject({
  path,
  content: z.union([z.string(), z.instanceof(Text), z.instanceof(Secret), z.instanceof(Uint8Array)], {
    error: 'a string, a rendered template, a secret or bytes',
  }),
  owner: owner.default('root'),
  group: group.default('root'),
  mode: mode.default('0644'),
  /** The content is for its owner and group alone although it holds no `Secret`; `verify` looks at it. */
  secret: z.boolean().default(false),
  /** SELinux type; without it the policy's own label is restored. */
  seType: z
    .string()
    .regex(/^[a-z0-9_]+_t$/, 'an SELinux type such as cert_t')
    .optional(),
  /** Inspects `"$candidate"` before it goes live; a non-zero exit or any output on stderr refuses it. */
  check: z.instanceof(Script).optional(),
})

interface LiveFile extends SeenPath {
  readonly sha256?: string | undefined
  /** The live text, fetched only where it differs and may be shown. */
  readonly text?: string | undefined
}

const shownBytes = 65_536

/** A regular file with exactly this content, owner and mode: written beside its place, checked, then renamed into it. */
export const file = defineKind<typeof schema, LiveFile, typeof pathAbsence.schema>({
  name: 'file',
  schema,
  key: (want) => want.path,
  identity: (want) => `path:${want.path}`,
  stamps: (want) => [`file:${want.path}`],
  secretFiles: (want) => (want.secret || isSecret(want.content) ? [{ path: want.path }] : []),
  absence: pathAbsence,

  shared: { session: pathSession, questions: (wants, gone) => [...wants, ...gone].map((one) => one.path) },

  probe: (wants, { contents }) => {
    const paths = wants.map((want) => want.path)
    const shown = wants.filter(({ content }) => contents && !isSecret(content) && !(content instanceof Uint8Array))
    return lines([
      sh`sums=$(${sumPaths(paths)})`,
      `printf '%s\\n' "$sums"`,
      ...(shown.length > 0 ? [differentContents(shown)] : []),
    ])
  },

  parse: (output) => {
    const sums = parseSums(output)
    const texts = new Map([...output.matchAll(/^content (\S*) (.+)$/gm)].map(([, text, name]) => [name, text]))
    const seen = new Map<string, Observed<LiveFile>>()
    for (const [name, stat] of parsePaths(output)) {
      const text = texts.get(name)
      const decoded = text === undefined ? undefined : Buffer.from(text, 'base64').toString('utf8')
      seen.set(name, present({ ...stat, sha256: sums.get(name), text: decoded }))
    }
    return seen
  },

  diff: (want, seen) => {
    if (seen.state === 'unknown') return { action: 'maybe', because: seen.because }
    if (seen.state === 'absent') return { action: 'create', differences: [created(want.content)] }
    const live = seen.live
    if (live.type !== 'regular file') return updateIf([difference('type', live.type, 'regular file')])
    const differences = [
      ...contentDifferences(want.content, live),
      ...differing(
        { owner: want.owner, group: want.group, mode: want.mode },
        live,
        ['owner', 'group', 'mode'],
        'access',
      ),
    ]
    if (want.seType && live.seLabel !== '?' && live.seLabel !== want.seType) {
      differences.push(difference('setype', live.seLabel, want.seType, { affects: 'access', label: 'SELinux type' }))
    }
    return updateIf(differences)
  },

  apply: (want) => ({
    sort: 'staged',
    target: want.path,
    stage: sh`: >"$candidate"
chown ${`${want.owner}:${want.group}`} "$candidate"
chmod ${want.mode} "$candidate"
base64 -d >"$candidate" <<'EOF'
${new Script([encoded(want.content)])}
EOF
sync "$candidate"`,
    check: want.check,
    after: relabel(want.path, want.seType),
  }),
})

function created(wanted: Content): Difference {
  if (wanted instanceof Uint8Array || isSecret(wanted)) {
    return difference('content', undefined, fingerprint(contentSha256(wanted)))
  }
  const text = String(wanted)
  const breaks = text.split('\n').length - 1
  return difference('content', undefined, `${breaks} ${breaks === 1 ? 'line' : 'lines'}`, {
    diff: unifiedDiff('', text),
  })
}

function contentDifferences(wanted: Content, live: LiveFile): Difference[] {
  const sum = contentSha256(wanted)
  if (live.sha256 === sum) return []
  const shown = live.text !== undefined && !isSecret(wanted) && !(wanted instanceof Uint8Array)
  const diff = shown ? { diff: unifiedDiff(live.text, String(wanted)) } : {}
  return [difference('content', fingerprint(live.sha256), fingerprint(sum), diff)]
}

/** Prints `content BASE64 PATH` for every listed file whose checksum is not the wanted one; needs `$sums`. */
function differentContents(wants: readonly { path: string; content: Content }[]): Script {
  return lines([
    "while IFS=' ' read -r sum p; do",
    '  [ -f "$p" ] && [ ! -L "$p" ] || continue',
    '  case $sums in *"$sum  $p"*) continue ;; esac',
    `  printf 'content %s %s\\n' "$(head -c ${shownBytes} -- "$p" | base64 -w0)" "$p"`,
    "done <<'EOF'",
    ...wants.map((want) => `${contentSha256(want.content)} ${want.path}`),
    'EOF',
  ])
}
