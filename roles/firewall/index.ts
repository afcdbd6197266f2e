import { defineRole, firewallZone, pkg, service, sh } from '#orchestrate'
import { type OpenPort, openPorts } from '../slots.ts'
import { vars } from './vars.ts'

export default defineRole({
  name: 'firewall',
  description: 'firewalld: opens what the other roles serve, closes the rest; comes last.',
  vars,
  collects: [openPorts],

  *resources({ vars: { firewall }, collect }) {
    const opened = collect(openPorts)
    const everyone = opened.filter(({ from = [] }) => from.length === 0)
    // What everyone may reach needs no rule for some.
    const some = opened.filter(
      (one) => !everyone.some(({ service: name, port }) => name === one.service && port === one.port),
    )
    const installed = pkg({ name: 'firewalld' })
    yield installed
    // Before the service: a firewall that starts is never more closed than it should be, and its timed restore is armed.
    yield firewallZone({
      zone: firewall.zone,
      services: unique([...firewall.services, 'ssh', ...everyone.flatMap(({ service: name }) => name ?? [])]),
      ports: unique([...firewall.ports, ...everyone.flatMap(({ port }) => port ?? [])]),
      richRules: unique(some.flatMap(richRules)),
      exclusive: firewall.exclusive,
      restoreSeconds: firewall.restoreSeconds,
    })
    // The unit counts as started before its rules are in force; only then does a new connection prove anything.
    yield service({ unit: 'firewalld.service', restartOn: [installed], health: sh`firewall-cmd --state` })
  },
})

function richRules({ service: name, port, from = [] }: OpenPort): string[] {
  const [number, protocol] = port?.split('/') ?? []
  const what = name ? `service name="${name}"` : `port port="${number}" protocol="${protocol}"`
  return from.map((network) => {
    const family = network.includes(':') ? 'ipv6' : 'ipv4'
    return `rule family="${family}" source address="${network}" ${what} accept`
  })
}

function unique(words: readonly string[]): string[] {
  return [...new Set(words)].sort()
}
