import { type InsideCheck, type Problem, sh } from '#orchestrate'

// The backups of a run hold a directory for each role that changed something, made as its first act: the oldest tells when
// the last apply began. ausearch(8) takes dates as the locale writes them, and reads its standard input unless told not to.
const script = sh`( export LC_ALL=C
if ! selinuxenabled 2>/dev/null; then echo 'selinux off'
elif ! command -v ausearch >/dev/null; then echo 'ausearch missing'
else
  backups=/var/lib/orchestrate/backups
  last=$(ls -1 "$backups" 2>/dev/null | sort | tail -n 1)
  since=$(find "$backups/$last" -mindepth 1 -maxdepth 1 -type d -printf '%T@\\n' 2>/dev/null | sort -n | head -n 1)
  since=\${since%%.*}
  echo "since \${since:-0}"
  set -- --input-logs --raw -m AVC
  if [ -n "$since" ]; then set -- "$@" -ts $(date -d "@$since" '+%x %T'); fi
  ausearch "$@" </dev/null 2>&1 | grep -E '^type=(AVC|PATH) |^<no matches>|rror'
fi )`

/** Denials that SELinux has logged for the daemons of a mail host since the last apply that changed something. */
export const noDenials: InsideCheck = {
  subject: 'selinux',
  title: 'SELinux has denied the daemons nothing since the last apply',
  script,
  judge: denialProblems,
}

/** Domains of the daemons that roles configure; what SELinux denies to others is not the mail server's concern. */
const ours = /^(dkim_milter|dovecot|fail2ban|firewalld|httpd|mysqld|postfix|postsrsd|syslogd)(_\w+)?_t$/

interface Denial {
  readonly domain: string
  readonly program: string
  readonly what: string
  readonly where: string
  readonly permissive: boolean
}

/** What the script printed, judged: one problem for each domain, permission and path, however often it was denied. */
export function denialProblems(output: string): Problem[] {
  if (/^selinux off$/m.test(output)) return []
  if (/^ausearch missing$/m.test(output))
    return [{ place: 'audit log', found: 'no ausearch', allowed: 'package audit, so that denials can be read' }]
  const since = Number(/^since (\d+)$/m.exec(output)?.[1] ?? 0)
  const denials = denialsIn(output).filter(({ at, domain }) => at >= since && ours.test(domain))
  const unread = !/^type=AVC |^<no matches>$/m.test(output)
  if (unread) return [{ place: 'audit log', found: firstError(output), allowed: 'an answer of ausearch -m AVC' }]
  const groups = Map.groupBy(denials, ({ domain, what, where }) => `${domain} ${what} ${where}`)
  return [...groups.values()].flatMap((all) => {
    const [one] = all
    if (!one) return []
    const times = all.length > 1 ? `, ${all.length} times` : ''
    const permitted = one.permissive ? ', let through because SELinux is permissive' : ''
    return {
      place: `${one.domain} (${one.program})`,
      found: `denied ${one.what} of ${one.where}${times}${permitted}`,
      allowed: 'nothing denied: `restorecon -nv PATH` tells whether the label is wrong',
    }
  })
}

function firstError(output: string): string {
  return /^.*rror.*$/m.exec(output)?.[0] ?? 'no answer'
}

// Records of one event share `msg=audit(SECONDS.MS:SERIAL)`. An AVC record names the last part of a path; where the kernel
// wrote PATH records too, they have all of it.
function denialsIn(output: string): (Denial & { readonly at: number })[] {
  const records = [...output.matchAll(/^type=(AVC|PATH) msg=audit\((\d+)\.\d+:(\d+)\): (.*)$/gm)]
  const paths = new Map<string, string[]>()
  for (const [, type, , serial = '', text = ''] of records) {
    const name = type === 'PATH' ? fieldOf(text, 'name') : undefined
    if (name) paths.set(serial, [...(paths.get(serial) ?? []), name])
  }
  return records.flatMap(([, type, at, serial = '', text = '']) => {
    const permissions = /denied +\{ ([^}]+) \}/.exec(text)?.[1]
    if (type !== 'AVC' || !permissions) return []
    return {
      at: Number(at),
      domain: typeOf(text, 'scontext'),
      program: fieldOf(text, 'comm') ?? 'unknown program',
      what: permissions.trim(),
      where: `${objectOf(text, paths.get(serial) ?? [])} (${typeOf(text, 'tcontext')} ${fieldOf(text, 'tclass')})`,
      permissive: fieldOf(text, 'permissive') === '1',
    }
  })
}

function objectOf(text: string, paths: readonly string[]): string {
  const path = fieldOf(text, 'path')
  if (path) return path
  const port = fieldOf(text, 'src') ?? fieldOf(text, 'dest')
  if (port) return `port ${port}`
  const name = fieldOf(text, 'name')
  const whole = paths.find((one) => one === name || one.endsWith(`/${name}`))
  return whole ?? name ?? fieldOf(text, 'capability') ?? 'something without a name'
}

/** A field's value. Names that hold blanks or quotes are written in hexadecimal, without quotes. */
function fieldOf(text: string, name: string): string | undefined {
  const [, quoted, plain] = new RegExp(`(?:^|\\s)${name}=(?:"([^"]*)"|(\\S+))`).exec(text) ?? []
  const encoded = ['name', 'path', 'comm'].includes(name) && plain !== undefined && /^([0-9A-F]{2})+$/.test(plain)
  return encoded ? Buffer.from(plain, 'hex').toString('utf8') : (quoted ?? plain)
}

function typeOf(text: string, name: 'scontext' | 'tcontext'): string {
  return fieldOf(text, name)?.split(':')[2] ?? 'unknown type'
}
