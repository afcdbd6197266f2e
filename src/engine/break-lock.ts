import { lines, type Script, sh } from '../kernel/sh.ts'
import { type HeldLock, lockFunctions, parseHeld } from './lock.ts'
import { hostState } from './rollback.ts'

/** What `inspectLockScript` found. */
export type LockState = HeldLock | { readonly state: 'free' } | { readonly state: 'unclear' }

/** Tells who holds the lock and what runs under it; changes nothing. */
export const inspectLockScript: Script = lines([
  hostState,
  lockFunctions,
  sh`look_at_lock
case $standing in connected|finishing) show "$standing" ;; *) echo free ;; esac`,
])

/** Reads the answer of `inspectLockScript`. */
export function parseInspection(output: string): LockState {
  return parseHeld(output) ?? { state: /^free$/m.test(output) ? 'free' : 'unclear' }
}

/**
 * Ends the run that holds the lock and takes the lock away, if it is still the one that was shown: prints `broken` or
 * `moved`. Its script is asked to stop, given ten seconds, and then ended with all it has started; what it changed is taken
 * up by the next apply.
 */
export function breakLockScript({ mark, by }: Pick<HeldLock, 'mark' | 'by'>): Script {
  return lines([
    hostState,
    lockFunctions,
    sh`guard || exit 1
if [ "$(readlink "$lock")" != ${mark} ]; then echo moved; exit 0; fi
set -- ${mark.split(' ').slice(0, 2)}
: >"$volatile/stop-"${by.run}
waited=0
while lives "$1" "$2" && [ -n "$(pgrep -P "$1")" ] && [ "$waited" -lt 50 ]; do waited=$((waited + 1)); sleep 0.2; done
if lives "$1" "$2"; then
  all="$1 $(descendants "$1")"
  kill $all 2>/dev/null
  waited=0
  while kill -0 $all 2>/dev/null && [ "$waited" -lt 25 ]; do waited=$((waited + 1)); sleep 0.2; done
  kill -KILL $all 2>/dev/null
fi
rm -f "$lock" "$volatile/stop-"${by.run} && echo broken`,
  ])
}
