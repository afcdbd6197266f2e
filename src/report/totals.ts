import type { HostResult, HostStatus, RunRecord } from '../model/events.ts'
import { count } from './words.ts'

/** How many hosts ended in each way; ways that did not happen are left out. */
export function totals(hosts: readonly HostResult[]): Partial<Record<HostStatus, number>> {
  const counted: Partial<Record<HostStatus, number>> = {}
  for (const { status } of hosts) counted[status] = (counted[status] ?? 0) + 1
  return counted
}

/** The last line of a run: `3 hosts: 1 changed, 1 as declared, 1 unreachable`. */
export function totalLine({ hosts }: Pick<RunRecord, 'hosts'>): string {
  const counted = totals(hosts)
  const parts = order.flatMap((status) => {
    const number = counted[status]
    return number === undefined ? [] : [`${number} ${statusWords(status, number)}`]
  })
  return `${count(hosts.length, 'host')}: ${parts.join(', ') || 'nothing to do'}`
}

/** The way a host ended as it reads after a number. */
export function statusWords(status: HostStatus, number = 1): string {
  if (status === 'converged') return 'as declared'
  if (status === 'drift') return number === 1 ? 'differs' : 'differ'
  return status
}

const order: readonly HostStatus[] = [
  'changed',
  'converged',
  'drift',
  'skipped',
  'unreachable',
  'failed',
  'refused',
  'interrupted',
]
