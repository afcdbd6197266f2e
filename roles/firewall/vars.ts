import { z } from 'zod'

/** Vars of section `firewall`. */
const firewall = z
  .strictObject({
    zone: z
      .string()
      .regex(/^[A-Za-z0-9_-]+$/, 'the name of a firewalld zone')
      .default('public')
      .describe('Zone that the rules are written to.'),
    exclusive: z.boolean().default(true).describe('Close everything that no role opens; ssh always stays open.'),
    services: z
      .array(z.string())
      .default(['ssh', 'dhcpv6-client'])
      .describe('firewalld services to open in addition to those of the roles.'),
    ports: z
      .array(z.string().regex(/^\d+(-\d+)?\/(tcp|udp)$/, 'a port such as 8443/tcp'))
      .default([])
      .describe('Ports to open in addition to those of the roles.'),
    localPorts: z
      .array(z.int().min(1).max(65_535))
      .default([])
      .describe(
        'TCP ports on loopback addresses where your own programs listen; `verify` reports any other port that no role declares.',
      ),
    restoreSeconds: z
      .int()
      .min(30)
      .max(3600)
      .default(120)
      .describe('After a change, seconds until the previous rules are restored unless a new SSH connection succeeds.'),
  })
  .prefault({})
  .describe('firewalld.')

/** What role firewall reads of the vars. */
export const vars = {
  firewall,
}
