import { z } from 'zod'

/** Vars of section `base`. */
export const baseVars = z
  .strictObject({
    update: z.boolean().default(false).describe('Bring every installed package to its newest version at each apply.'),
    repositories: z
      .array(z.enum(['epel', 'crb', 'epel-testing'], { error: 'epel, crb or epel-testing' }))
      .default(['epel', 'crb'])
      .describe(
        'Repositories beyond BaseOS and AppStream; the mail milters need epel and crb. epel-testing has newer packages that may still change, OpenARC 1.3 among them.',
      ),
    tools: z
      .array(z.string())
      .default(['bind-utils', 'policycoreutils-python-utils', 'tar', 'unzip', 'wget'])
      .describe('Packages that people expect on a mail host.'),
    timezone: z
      .string()
      .regex(/^[A-Za-z_]+(\/[A-Za-z0-9_+-]+)*$/, 'a name of the time zone database such as Asia/Tokyo')
      .default('Etc/UTC')
      .describe('Time zone of the host: /etc/localtime.'),
    timeService: z
      .boolean()
      .default(true)
      .describe('Run chronyd. Off where the clock is another machine’s, as in containers.'),
  })
  .prefault({})
  .describe('What every host gets.')

/** Vars of section `logging`. */
export const loggingVars = z
  .strictObject({
    journalPersistent: z.boolean().default(true).describe('Keep the journal over reboots.'),
    retentionDays: z.int().positive().default(14).describe('Days that the journal is kept.'),
    mailFile: z.boolean().default(true).describe('Also write /var/log/maillog (rsyslog).'),
  })
  .prefault({})
  .describe('Logs.')

/** Vars of section `firewall`. */
export const firewallVars = z
  .strictObject({
    zone: z
      .string()
      .regex(/^[A-Za-z0-9_-]+$/, 'the name of a firewalld zone')
      .default('public')
      .describe('Zone that holds the rules.'),
    exclusive: z.boolean().default(true).describe('Close what no role opens; ssh always stays open.'),
    services: z
      .array(z.string())
      .default(['ssh', 'dhcpv6-client'])
      .describe('firewalld services open beside those of the roles.'),
    ports: z
      .array(z.string().regex(/^\d+(-\d+)?\/(tcp|udp)$/, 'a port such as 8443/tcp'))
      .default([])
      .describe('Ports open beside those of the roles.'),
    restoreSeconds: z
      .int()
      .min(30)
      .max(3600)
      .default(120)
      .describe(
        'After a change the old firewall comes back in so many seconds unless a new SSH connection gets through.',
      ),
  })
  .prefault({})
  .describe('firewalld.')

/** Vars of section `mariadb`. */
export const mariadbVars = z
  .strictObject({
    bufferPoolMegabytes: z
      .int()
      .positive()
      .default(128)
      .describe('Memory for InnoDB pages in MiB (innodb_buffer_pool_size).'),
    maxConnections: z
      .int()
      .positive()
      .default(200)
      .describe('Connections at once (max_connections): Postfix’s proxies, Dovecot’s auth workers and PHP share them.'),
  })
  .prefault({})
  .describe('The database server.')
