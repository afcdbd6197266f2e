import { lines, type Script, sh } from '../kernel/sh.ts'

/** Runs a script in a subshell that stops at its first failing command; its output is kept for the error message. */
export function attempt(id: string, script: Script): Script {
  return lines(['( set -e', script, ') >"$log" 2>&1', sh`[ $? -eq 0 ] || fail ${id}`])
}
