import { byPort, defineRole, type Endpoint, endpoints, firewallZone, pkg, service, sh } from '#orchestrate'
import { vars } from './vars.ts'

export default defineRole({
  name: 'firewall',
  description: 'firewalld: opens the ports that the other roles serve and closes the rest.',
  vars,
  collects: [endpoints],

  provides: ({ vars: { firewall } }) => [
    ...firewall.ports.map((text) => endpoints(portOf(text))),
    ...firewall.localPorts.map((port) =>
      endpoints({ port, name: 'local', purpose: 'firewall.localPorts', exposure: 'loopback', optional: true }),
    ),
  ],

  *resources({ vars: { firewall }, collect }) {
    const served = byPort(collect(endpoints)).filter(({ exposure }) => exposure !== 'loopback')
    const everyone = served.filter(({ exposure }) => exposure === 'world')
    const installed = pkg({ name: 'firewalld' })
    yield installed
    // Before the service: when the firewall starts, its rules are complete and the timed restore is armed.
    yield firewallZone({
      zone: firewall.zone,
      services: unique([...firewall.services, 'ssh', ...everyone.flatMap((one) => one.firewalldService ?? [])]),
      ports: unique(everyone.filter((one) => !one.firewalldService).map(portWords)),
      richRules: unique(served.flatMap(richRules)),
      exclusive: firewall.exclusive,
      restoreSeconds: firewall.restoreSeconds,
    })
    // The unit counts as started before its rules are active; a test connection is meaningful only afterwards.
    yield service({ unit: 'firewalld.service', restartOn: [installed], health: sh`firewall-cmd --state` })
  },
})

/** A port of the declaration, `8443/tcp` or `6000-6010/udp`; whoever opened it may listen on it. */
function portOf(text: string): Endpoint {
  const [, first = '', last, protocol] = /^(\d+)(?:-(\d+))?\/(tcp|udp)$/.exec(text) ?? []
  return {
    port: Number(first),
    ...(last === undefined ? {} : { lastPort: Number(last) }),
    protocol: protocol === 'udp' ? 'udp' : 'tcp',
    name: 'declared',
    purpose: 'firewall.ports',
    exposure: 'world',
    optional: true,
  }
}

function portWords({ port, lastPort, protocol = 'tcp' }: Endpoint): string {
  return `${lastPort === undefined ? port : `${port}-${lastPort}`}/${protocol}`
}

function richRules({ port, protocol = 'tcp', firewalldService, exposure }: Endpoint): string[] {
  if (typeof exposure === 'string') return []
  const what = firewalldService ? `service name="${firewalldService}"` : `port port="${port}" protocol="${protocol}"`
  return exposure.map((network) => {
    const family = network.includes(':') ? 'ipv6' : 'ipv4'
    return `rule family="${family}" source address="${network}" ${what} accept`
  })
}

function unique(words: readonly string[]): string[] {
  return [...new Set(words)].sort()
}
