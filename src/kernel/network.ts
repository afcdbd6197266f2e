import ipaddr from 'ipaddr.js'

/** Whether an IP address lies in one of these networks (CIDR form); a host name lies in none. */
export function isWithin(address: string, networks: readonly string[]): boolean {
  if (!ipaddr.isValid(address)) return false
  const own = ipaddr.process(address)
  return networks.some((network) => {
    const range = ipaddr.parseCIDR(network)
    return range[0].kind() === own.kind() && own.match(range)
  })
}
