import type { HostResult } from '../model/events.ts'
import { count } from './words.ts'

const namedHosts = 3

/** One sentence for each reason why declared resources were left alone: `SELinux is off on mx1, mx2: nothing to do for 3 resources`. */
export function noteLines(hosts: readonly HostResult[]): string[] {
  const found = hosts.flatMap(({ host, plan }) => (plan?.notes ?? []).map(({ id, note }) => ({ host, id, note })))
  return [...Map.groupBy(found, ({ note }) => note)].map(([note, all]) => {
    const names = [...new Set(all.map(({ host }) => host))]
    const where = names.length > namedHosts ? count(names.length, 'host') : names.join(', ')
    return `${note} on ${where}: nothing to do for ${count(new Set(all.map(({ id }) => id)).size, 'resource')}`
  })
}
