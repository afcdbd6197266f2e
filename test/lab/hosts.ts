import { SUBNET } from './paths.ts'

export interface LabHost {
  /** Short name, also the ssh alias. */
  readonly name: string
  /** Host name the machine boots with. */
  readonly fqdn: string
  /** Address on the lab's network. */
  readonly ip: string
}

/** The lab's n-th standard host: mx1 is mx1.blue.example at 10.89.7.11. */
export function standardHost(n: number): LabHost {
  return { name: `mx${n}`, fqdn: `mx${n}.blue.example`, ip: `10.89.7.${10 + n}` }
}

/** mx1 … mxN. */
export function standardHosts(count: number): LabHost[] {
  return Array.from({ length: count }, (_, index) => standardHost(index + 1))
}

/** Rejects what podman would only half-understand, before anything is created. */
export function checkHosts(hosts: readonly LabHost[]): void {
  const prefix = SUBNET.slice(0, SUBNET.lastIndexOf('.') + 1)
  for (const { name, fqdn, ip } of hosts) {
    if (!/^[a-z][a-z0-9-]{0,30}$/.test(name)) throw new Error(`lab host name '${name}': lower case letters, digits, -`)
    if (!/^[a-z0-9.-]{1,64}$/.test(fqdn)) throw new Error(`lab host ${name}: '${fqdn}' is not a host name`)
    const last = Number(ip.slice(prefix.length))
    if (!ip.startsWith(prefix) || !(Number.isInteger(last) && last >= 3 && last <= 254))
      throw new Error(`lab host ${name}: address '${ip}' is not within ${prefix}3 … ${prefix}254`)
  }
  for (const key of ['name', 'fqdn', 'ip'] as const) {
    const seen = new Set(hosts.map((host) => host[key]))
    if (seen.size !== hosts.length) throw new Error(`two lab hosts share one ${key}`)
  }
}

/** A fixed hardware address: a new one after a restart would leave stale neighbour entries for half a minute. */
export function macOf(ip: string): string {
  const bytes = ip.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))
  return `02:00:${bytes.join(':')}`
}
