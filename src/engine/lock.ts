import { lines, type Script, sh } from '../kernel/sh.ts'

/** Where a host keeps what orchestrate must not forget: lock, journal, records of loaded inputs, backups. Root only. */
export const stateRoot = '/var/lib/orchestrate'

const keptBackups = 10

/** Who wants a lock, in words that help the next person. */
export interface LockOwner {
  readonly run: string
  readonly owner: string
  /** ISO 8601. */
  readonly since: string
}

/** What taking a lock came to. */
export type LockAnswer =
  | { readonly state: 'locked'; readonly interrupted?: string | undefined }
  | { readonly state: 'held'; readonly by: LockOwner; readonly finishing: boolean }
  | { readonly state: 'unclear' }

/**
 * Takes the host's lock. It is a symbolic link, so it appears whole or not at all, and it is leased to the shell that
 * made it: when that process is gone the lock is void. A shell whose connection broke is given time to finish its script.
 */
export function lockScript({ run, owner, since }: LockOwner): Script {
  return lines([
    sh`state=${stateRoot} waited=0`,
    'mkdir -p -m 0700 "$state" && chmod 0700 "$state"',
    'started() { sed "s/^.*) //" "/proc/$1/stat" 2>/dev/null | cut -d " " -f 20; }',
    'parent() { sed "s/^.*) //" "/proc/$1/stat" 2>/dev/null | cut -d " " -f 2; }',
    'connected() { p=$1; while [ "${p:-1}" -gt 1 ]; do case $(cat "/proc/$p/comm" 2>/dev/null) in sshd*) return 0 ;; esac; p=$(parent "$p"); done; return 1; }',
    sh`mine="$$ $(started $$) "${`${run} ${encodeURIComponent(owner)} ${since}`}`,
    'while ! ln -s "$mine" "$state/lock" 2>/dev/null; do',
    '  held=$(readlink "$state/lock") || continue',
    '  set -- $held',
    '  if [ "$(started "$1")" != "$2" ]; then mv -T "$state/lock" "$state/lock.void.$$" 2>/dev/null && rm -f "$state/lock.void.$$"; continue; fi',
    '  if connected "$1"; then echo "held live $3 $4 $5"; exit 0; fi',
    '  if [ "$waited" -ge 240 ]; then echo "held finishing $3 $4 $5"; exit 0; fi',
    '  waited=$((waited + 1)); sleep 0.5',
    'done',
    'if [ -f "$state/candidates" ]; then while IFS= read -r path; do rm -rf --one-file-system -- "$path"; done <"$state/candidates"; rm -f "$state/candidates"; fi',
    'rm -f "$state/stop"',
    'find "$state/loaded" -name "*.new" -delete 2>/dev/null',
    'if [ -f "$state/journal" ]; then echo "interrupted $(cat "$state/journal")"; fi',
    'echo locked',
  ])
}

/** Reads the answer of `lockScript`. */
export function parseLock(output: string): LockAnswer {
  const held = /^held (live|finishing) (\S+) (\S+) (\S+)$/m.exec(output)
  if (held) {
    const [, how, run = '', owner = '', since = ''] = held
    return { state: 'held', by: { run, owner: decoded(owner), since }, finishing: how === 'finishing' }
  }
  if (!/^locked$/m.test(output)) return { state: 'unclear' }
  return { state: 'locked', interrupted: /^interrupted (.+)$/m.exec(output)?.[1] }
}

// A lock that we did not make may hold anything.
function decoded(owner: string): string {
  try {
    return decodeURIComponent(owner)
  } catch {
    return owner
  }
}

/** Asks a role script that runs on the host to stop before its next step; sent over a connection of its own. */
export const stopScript: Script = sh`if [ -L ${stateRoot}/lock ]; then : >${stateRoot}/stop; fi`

/** Gives the lock back; `clean` also clears the journal, as is done only when the host is healthy. */
export function unlockScript(run: string, clean: boolean): Script {
  return lines([
    sh`state=${stateRoot}`,
    sh`case $(readlink "$state/lock") in *" ${sh`${run}`} "*) ;; *) exit 0 ;; esac`,
    ...(clean
      ? [
          'rm -f "$state/journal" "$state/log" "$state/log.err"',
          `ls -1 "$state/backups" 2>/dev/null | sort | head -n -${keptBackups} | while IFS= read -r old; do rm -rf -- "$state/backups/$old"; done`,
        ]
      : []),
    'rm -f "$state/stop" "$state/lock"',
  ])
}
