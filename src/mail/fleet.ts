import { z } from 'zod'
import type { EvaluatedHost } from '../dsl/evaluate.ts'
import type { Problem } from '../kernel/errors.ts'

const vars = z.object({ host: z.object({ fqdn: z.string() }) })

/** Mistakes that show only when hosts are laid side by side: one name for two hosts, which HELO, PTR and A cannot share. */
export function fleetProblems(hosts: readonly Pick<EvaluatedHost, 'facts' | 'vars'>[]): Problem[] {
  const named = hosts.flatMap(({ facts, vars: given }) => {
    const parsed = vars.safeParse(given)
    return parsed.success ? [{ host: facts.name, fqdn: parsed.data.host.fqdn }] : []
  })
  return named.flatMap(({ host, fqdn }, index) => {
    const first = named.findIndex((one) => one.fqdn === fqdn)
    if (first === index) return []
    const found = `${fqdn}, which is also ${named[first]?.host}`
    return [{ place: `hosts.${host}.vars.host.fqdn`, found, allowed: 'each name once: say it host by host' }]
  })
}
