import type { EvaluatedHost } from '../dsl/evaluate.ts'
import { type MailHost, mailHost } from '../mail/facts.ts'
import { limitHosts } from './limit.ts'

/** The mail servers among the hosts that `--limit` leaves. */
export function mailHostsOf(
  { hosts }: { readonly hosts: readonly EvaluatedHost[] },
  limit: string | undefined,
): MailHost[] {
  const named = hosts.map((host) => ({ name: host.facts.name, groups: host.facts.groups, mail: mailHost(host) }))
  return limitHosts(limit, named).flatMap(({ mail }) => mail ?? [])
}
