import { printable } from '../kernel/printable.ts'
import type { ActiveChange, Difference, Side } from '../model/change.ts'
import type { HostResult, HostStatus, RunRecord } from '../model/events.ts'
import type { HostPlan } from '../model/plan.ts'
import type { Paint } from './layout.ts'

/** What each sort of change is marked with. */
export const symbols = { create: '+', update: '~', remove: '-', maybe: '?' } as const

/** A number with its noun: `1 change`, `2 changes`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`
}

/** Milliseconds as a person says them: `0.4 s`, `12 s`, `3 min 20 s`. */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 120) return `${Math.round(seconds)} s`
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)} min ${whole % 60} s`
}

/** What a change does, one piece of text for each attribute. */
export function changeWords(change: ActiveChange): string[] {
  return (change.action === 'maybe' ? [change.because] : change.differences.map(differenceWords)).map(printable)
}

/** Marks a change with its colour: green appears, yellow changes, red goes. */
export function paintChange(paint: Paint, action: ActiveChange['action']): (text: string) => string {
  return { create: paint.green, update: paint.yellow, remove: paint.red, maybe: paint.cyan }[action]
}

/** How a host stands or ended, in a few words. */
export function resultWords({ status, plan, changed, restarts, reloads }: HostResult): string {
  switch (status) {
    case 'converged':
      return plan ? `${count(plan.kept, 'resource')} as declared` : 'as declared'
    case 'changed':
      return [
        count(changed, 'change'),
        restarts > 0 && count(restarts, 'restart'),
        reloads > 0 && count(reloads, 'reload'),
      ]
        .filter(Boolean)
        .join(', ')
    case 'drift':
      return plan ? driftWords(plan) : 'differs'
    default:
      return changed > 0 && status !== 'interrupted' ? `after ${count(changed, 'change')}` : ''
  }
}

function driftWords({ steps, kept }: HostPlan): string {
  const own = steps.filter(({ consequence }) => !consequence).length
  const follow = steps.length - own
  const words = `${own} of ${count(own + follow + kept, 'resource')} ${own === 1 ? 'differs' : 'differ'}`
  return follow > 0 ? `${words}, ${follow} ${follow === 1 ? 'follows' : 'follow'}` : words
}

function differenceWords({ label, from, to, act }: Difference): string {
  const [before, after] = [sideWords(from), sideWords(to)]
  if (act) return `${act}: ${joined(label, before)}`
  if (from === undefined) return joined(label, after)
  if (to === undefined) return joined(label, before)
  // The word `fingerprint` once for both.
  return joined(label, `${before} → ${typeof from === 'object' && typeof to === 'object' ? to.fingerprint : after}`)
}

function joined(...words: readonly string[]): string {
  return words.filter(Boolean).join(' ')
}

function sideWords(side: Side): string {
  if (side === undefined) return 'absent'
  return typeof side === 'string' ? side : `fingerprint ${side.fingerprint}`
}

/** A difference as reports for programs spell it: a side that is not there reads `absent`. */
export function spelled({ attribute, label, from, to }: Difference): { what: string; from: string; to: string } {
  return { what: label || attribute, from: sideWords(from), to: sideWords(to) }
}

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
  'unreachable',
  'failed',
  'refused',
  'interrupted',
]

/** A few hosts by their names, many by their number: `mx1, mx2` or `12 hosts`. */
export function hostWords(names: readonly string[]): string {
  return names.length > 3 ? count(names.length, 'host') : names.join(', ')
}

/** One sentence for each reason why declared resources were left alone: `SELinux is off on mx1, mx2: nothing to do for 3 resources`. */
export function noteLines(hosts: readonly HostResult[]): string[] {
  const found = hosts.flatMap(({ host, plan }) => (plan?.notes ?? []).map(({ id, note }) => ({ host, id, note })))
  return [...Map.groupBy(found, ({ note }) => note)].map(([note, all]) => {
    const names = [...new Set(all.map(({ host }) => host))]
    return `${note} on ${hostWords(names)}: nothing to do for ${count(new Set(all.map(({ id }) => id)).size, 'resource')}`
  })
}
