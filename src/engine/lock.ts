import { lines, type Script, sh } from '../kernel/sh.ts'
import { changeFunctions, hostState, runRoot, stateRoot } from './rollback.ts'

const keptBackups = 10

/** A connection from which nothing has come for so long is taken for dead; a living one sends a keepalive every 15 s. */
const silenceMs = 180_000

/** Who wants a lock, in words that help the next person. */
export interface LockOwner {
  readonly run: string
  readonly owner: string
  /** ISO 8601. */
  readonly since: string
}

/** A lock that somebody holds. */
export interface HeldLock {
  readonly state: 'held'
  readonly by: LockOwner
  /** `finishing`: its connection is gone or silent, and a script of it still runs. */
  readonly how: 'connected' | 'finishing'
  /** The lock exactly as it stands on the host, for `breakLockScript` (break-lock.ts). */
  readonly mark: string
  /** Command lines that it runs now. */
  readonly running: readonly string[]
}

/** Changes of a role outside this run that an earlier run left unproven: they were taken back. */
export interface PutBack {
  readonly role: string
  readonly back: number
  readonly lost: number
}

/** What taking a lock came to. */
export type LockAnswer =
  | { readonly state: 'locked'; readonly interrupted?: string | undefined; readonly putBack: readonly PutBack[] }
  | HeldLock
  /** The host cannot keep the lock or its own state, e.g. on a full or read-only file system. */
  | { readonly state: 'unusable'; readonly because: string }
  | { readonly state: 'unclear' }

/**
 * Shell functions for the lock: a symbolic link `PID START RUN OWNER SINCE`. Whoever looks at it to change it holds the
 * guard, so that two never take over the same void lock; the kernel gives a guard back with the process that holds it.
 */
export const lockFunctions: Script = sh`lock=$volatile/lock
unusable() { printf 'unusable %s\n' "$(printf %s "$1" | base64 -w0)"; exit 0; }
guard() { exec 9>>"$volatile/guard" && flock -w 60 9; }
unguard() { exec 9>&-; }
# Start time and parent of a process, without a process.
proc() {
  stat=
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null
  set -- \${stat##*) }
  begun=\${20} parent=$2
}
# Whether a process is the one that began then.
lives() { proc "$1"; [ -n "$2" ] && [ "$begun" = "$2" ]; }
# The sshd that a process hangs on.
find_sshd() {
  sshd=$1
  while [ "\${sshd:-1}" -gt 1 ]; do
    comm=
    { read -r comm <"/proc/$sshd/comm"; } 2>/dev/null
    case $comm in sshd*) return ;; esac
    proc "$sshd"
    sshd=$parent
  done
  sshd=
}
# Whether the other end of an sshd has sent nothing, not even an acknowledgement, for too long.
silent() {
  ss -tinp state established 2>/dev/null | awk -v mark="pid=$1," -v limit=${silenceMs} '
    # What was this very millisecond is left out.
    function since(what) { return match($0, what ":[0-9]+") ? substr($0, RSTART + 8, RLENGTH - 8) + 0 : 0 }
    /^[^ \\t]/ { ours = index($0, mark); next }
    ours {
      heard = since("lastrcv") < since("lastack") ? since("lastrcv") : since("lastack")
      if (!told || heard < least) least = heard
      told = 1
    }
    END { exit !(told && least > limit) }'
}
# How the lock stands, in $standing: free, void, connected, finishing; its words are in $held.
look_at_lock() {
  held=$(readlink "$lock" 2>/dev/null) standing=free
  [ -n "$held" ] || return
  set -- $held
  standing=void
  lives "$1" "$2" || return
  find_sshd "$1"
  if [ -n "$sshd" ] && ! silent "$sshd"; then standing=connected
  elif [ -n "$(pgrep -P "$1")" ]; then standing=finishing; fi
}
show() {
  printf 'held %s %s\n' "$1" "$(printf %s "$held" | base64 -w0)"
  for p in $(descendants "\${held%% *}"); do
    [ -n "$(pgrep -P "$p")" ] || printf 'runs %s\n' "$(tr '\\0' ' ' <"/proc/$p/cmdline" 2>/dev/null | cut -c 1-200 | base64 -w0)"
  done
}
descendants() { for p in $(pgrep -P "$1"); do echo "$p"; descendants "$p"; done; }`

/**
 * Takes the host's lock, leased to the shell that makes it: it is void when that process is gone, or when nothing has come
 * over its connection for three minutes and no script of it runs. A shell whose connection broke is given two minutes to
 * finish its script. Then takes back what earlier runs left unproven in roles other than `roles`; what they left in `roles`
 * stays, for this run to prove or to take back.
 */
export function lockScript({ run, owner, since }: LockOwner, roles: readonly string[]): Script {
  return lines([
    hostState,
    lockFunctions,
    changeFunctions,
    sh`said=$( { mkdir -p -m 0700 "$volatile" "$state" && chmod 0700 "$volatile" "$state" && head -c 4096 /dev/zero >"$state/room" && rm -f "$state/room" && : >>"$volatile/guard"; } 2>&1) || unusable "$said"
proc $$
mine="$$ $begun "${`${run} ${encodeURIComponent(owner)} ${since}`}
waited=0
while :; do
  guard || unusable "the lock's guard $volatile/guard cannot be had"
  look_at_lock
  case $standing in
    free|void)
      # A connection that was silent may wake up: its shell must not go on without the lock.
      if [ "$standing" = void ]; then set -- $held; if lives "$1" "$2"; then kill "$1"; fi; fi
      said=$(ln -sfnT -- "$mine" "$lock" 2>&1) || unusable "$said"
      unguard
      break
      ;;
    connected) show connected; exit 0 ;;
  esac
  unguard
  if [ "$waited" -ge 120 ]; then show finishing; exit 0; fi
  waited=$((waited + 1))
  sleep 1
done
for stop in "$volatile"/stop-*; do [ -e "$stop" ] && rm -f "$stop"; done
for changes in "$state"/changes/.closed-*; do [ -d "$changes" ] && file_away "$changes"; done
for changes in "$state"/changes/*; do
  [ -d "$changes" ] || continue
  role=\${changes##*/}
  drop_temporaries "$changes"
  case ${` ${roles.join(' ')} `} in *" $role "*) continue ;; esac
  # What was in hand may be in a daemon's memory: without its record, times decide what it has loaded.
  for record in "$state"/loaded/*.new; do [ -e "$record" ] && rm -f -- "\${record%.new}"; done
  came=$(put_back "$changes" 2>/dev/null)
  echo "put-back $role $came"
  case $came in *' 0') close_changes "$changes" ;; esac
done
for record in "$state"/loaded/*.new; do [ -e "$record" ] && rm -f -- "$record"; done
if [ -f "$state/journal" ]; then echo "interrupted $(cat "$state/journal")"; fi
echo locked`,
  ])
}

/** Reads the answer of `lockScript`. */
export function parseLock(output: string): LockAnswer {
  const held = parseHeld(output)
  if (held) return held
  const unusable = /^unusable (\S*)$/m.exec(output)
  if (unusable) return { state: 'unusable', because: clear(unusable[1]) }
  if (!/^locked$/m.test(output)) return { state: 'unclear' }
  const putBack = [...output.matchAll(/^put-back (\S+) (\d+) (\d+)$/gm)].map(([, role = '', back, lost]) => ({
    role,
    back: Number(back),
    lost: Number(lost),
  }))
  return { state: 'locked', interrupted: /^interrupted (.+)$/m.exec(output)?.[1], putBack }
}

/** Asks the role script of one run to stop before its next step; sent over a connection of its own. */
export function stopScript(run: string): Script {
  return sh`case $(readlink ${runRoot}/lock) in *${` ${run} `}*) : >${`${runRoot}/stop-${run}`} ;; esac`
}

/** Gives the lock back; `clean` also clears the journal and ends what is left to prove in `roles`: only when the host is healthy. */
export function unlockScript(run: string, { clean, roles }: { clean: boolean; roles: readonly string[] }): Script {
  return lines([
    hostState,
    lockFunctions,
    sh`guard
case $(readlink "$lock") in *${` ${run} `}*) ;; *) exit 0 ;; esac`,
    ...(clean
      ? [
          changeFunctions,
          sh`for role in ${roles}; do close_changes "$state/changes/$role"; done
rm -f "$state/journal" "$log" "$log".*
ls -1 "$state/backups" 2>/dev/null | sort | head -n -${keptBackups} | while IFS= read -r old; do rm -rf -- "$state/backups/$old"; done`,
        ]
      : []),
    sh`rm -f "$volatile/stop-"${run} "$lock"`,
  ])
}

/** Whether something of an earlier or another run is still there: prints `unfinished`. */
export const unfinishedScript: Script = sh`if [ -L ${runRoot}/lock ] || [ -e ${stateRoot}/journal ]; then echo unfinished; fi`

/** A lock as `show` prints it. */
export function parseHeld(output: string): HeldLock | undefined {
  const [, how, mark] = /^held (connected|finishing) (\S+)$/m.exec(output) ?? []
  if (!how || !mark) return undefined
  const words = clear(mark)
  const [, , run = '', owner = '', since = ''] = words.split(' ')
  const running = [...output.matchAll(/^runs (\S+)$/gm)].map(([, text]) => clear(text).trim())
  const by = { run, owner: decoded(owner), since }
  return { state: 'held', by, how: how === 'connected' ? how : 'finishing', mark: words, running }
}

function clear(base64 = ''): string {
  return Buffer.from(base64, 'base64').toString('utf8')
}

// A lock that we did not make may hold anything.
function decoded(owner: string): string {
  try {
    return decodeURIComponent(owner)
  } catch {
    return owner
  }
}
