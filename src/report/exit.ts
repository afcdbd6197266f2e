import { assertNever, type ExitName } from '../kernel/errors.ts'
import type { HostResult } from '../model/events.ts'

const rank: readonly ExitName[] = ['ok', 'drift', 'unreachable', 'failed', 'refused', 'interrupted', 'usage', 'bug']

/** The exit of a whole run: the highest-ranking end of any host. `drift`: whether a host that differs is a finding, not a fault. */
export function exitOf(results: readonly HostResult[], { drift }: { readonly drift: boolean }): ExitName {
  return highestExit(results.map((result) => exitOfHost(result, drift)))
}

/** The highest-ranking of several exits; `ok` of none. */
export function highestExit(exits: readonly ExitName[]): ExitName {
  return exits.reduce((highest, exit) => (rank.indexOf(exit) > rank.indexOf(highest) ? exit : highest), 'ok')
}

function exitOfHost({ status, code }: HostResult, drift: boolean): ExitName {
  if (code === 'E_BUG') return 'bug'
  switch (status) {
    case 'converged':
    case 'changed':
      return 'ok'
    case 'drift':
      return drift ? 'drift' : 'failed'
    case 'failed':
    case 'unreachable':
    case 'refused':
    case 'interrupted':
      return status
    default:
      return assertNever(status)
  }
}
