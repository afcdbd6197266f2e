import { z } from 'zod'
import { lines } from '../kernel/sh.ts'
import { type Change, type Difference, difference, present, unknown, updateIf } from '../model/change.ts'
import { defineKind } from './support/define.ts'
import { armRestore, disarmRestore } from './support/firewall-restore.ts'
import { applyZone, probeZones } from './support/firewall-script.ts'
import { canonicalRule, parseSettings, type ZoneSettings } from './support/firewall-settings.ts'

const schema = z.strictObject({
  zone: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,17}$/, 'a zone name: up to 17 letters, digits, _ and -')
    .default('public'),
  services: z
    .array(z.string().regex(/^[A-Za-z0-9_.-]+$/, 'a service that firewalld knows, such as smtps'))
    .readonly()
    .default([]),
  ports: z
    .array(z.string().regex(/^\d{1,5}(-\d{1,5})?\/(tcp|udp|sctp|dccp)$/, 'a port such as 587/tcp or 60000-60010/udp'))
    .readonly()
    .default([]),
  richRules: z
    .array(
      z.string().refine((rule) => canonicalRule(rule) !== undefined, 'a rich rule such as rule family="ipv4" … accept'),
    )
    .readonly()
    .default([]),
  /** Closes what is not listed. ssh, dhcpv6-client and the ports sshd listens on stay open in any case. */
  exclusive: z.boolean().default(false),
  /** After a change the old firewall comes back in so many seconds, unless a new connection has proven that the host can be reached. */
  restoreSeconds: z.int().min(5, 'at least 5 seconds').max(3600, 'at most an hour').default(120),
})

type Want = z.output<typeof schema>

interface LiveZone {
  readonly permanent: ZoneSettings | undefined
  /** Undefined while firewalld is not running. */
  readonly runtime: ZoneSettings | undefined
  readonly sshPorts: readonly string[]
}

/** What a firewalld zone lets in, now and after the next start. */
export const firewallZone = defineKind<typeof schema, LiveZone>({
  name: 'firewall-zone',
  schema,
  key: (want) => want.zone,
  probe: (wants) => probeZones(wants.map(({ zone }) => zone)),

  parse: (output, wants) => {
    const sshPorts = [...output.matchAll(/^sshd port\s+(\d+)\s*$/gim)].map(([, port]) => `${port}/tcp`)
    const sections = new Map(
      [...output.matchAll(/^= (\S+ \S+)\n([\s\S]*?)(?=^= |(?![\s\S]))/gm)].map(([, name, text]) => [name, text ?? '']),
    )
    return new Map(
      wants.map(({ zone }) => {
        const settings = (side: string) => parseSettings(sections.get(`${side} ${zone}`) ?? '')
        const [permanent, runtime] = [settings('permanent'), settings('runtime')]
        if (permanent || runtime) return [zone, present({ permanent, runtime, sshPorts })]
        if (/^firewalld missing$/m.test(output)) return [zone, unknown('firewalld is not installed yet')]
        return [
          zone,
          /^firewalld (running|stopped)$/m.test(output) ? { state: 'absent' } : unknown('firewalld did not answer'),
        ]
      }),
    )
  },

  diff: (want, seen) => {
    if (seen.state === 'unknown') return { action: 'maybe', because: seen.because }
    if (seen.state === 'absent')
      return { action: 'create', differences: sideDifferences(want, 'permanent', undefined, []) }
    return compare(want, seen.live)
  },

  apply: (want) => lines([armRestore(want.restoreSeconds), applyZone({ ...want, richRules: rulesOf(want) })]),
  reach: ({ restoreSeconds }) => ({ seconds: restoreSeconds, disarm: disarmRestore }),
})

function compare(want: Want, { permanent, runtime, sshPorts }: LiveZone): Change {
  const differences = [
    ...(runtime ? sideDifferences(want, 'runtime', runtime, sshPorts) : []),
    ...sideDifferences(want, 'permanent', permanent, sshPorts),
  ]
  if (differences.length === 0 && !runtime) return { action: 'maybe', because: 'firewalld is not running' }
  return updateIf(differences)
}

function sideDifferences(
  want: Want,
  side: string,
  live: ZoneSettings | undefined,
  sshPorts: readonly string[],
): Difference[] {
  const sorts = [
    { sort: 'service', wanted: want.services, open: live?.services ?? [], spared: ['ssh', 'dhcpv6-client'] },
    { sort: 'port', wanted: want.ports, open: live?.ports ?? [], spared: sshPorts },
    { sort: 'rule', wanted: rulesOf(want), open: live?.rules ?? [], spared: [] },
  ]
  const label = (sort: string, one: string) => (sort === 'rule' ? `${side} ${one}` : `${side} ${sort} ${one}`)
  return sorts.flatMap(({ sort, wanted, open, spared }) => [
    ...[...new Set(wanted)]
      .filter((one) => !open.includes(one))
      .map((one) => difference(sort, 'closed', 'open', { label: label(sort, one) })),
    ...(want.exclusive ? open : [])
      .filter((one) => !wanted.includes(one) && !spared.includes(one))
      .map((one) => difference(sort, 'open', 'closed', { label: label(sort, one) })),
  ])
}

function rulesOf({ richRules }: Want): string[] {
  return richRules.map((rule) => canonicalRule(rule) ?? rule)
}
