import { z } from 'zod'
import { ipv6Vars } from '../vars/access.ts'
import { hostVars } from '../vars/mail.ts'

/** Vars of section `base`. */
const base = z
  .strictObject({
    update: z.boolean().default(false).describe('Update all installed packages at each apply.'),
    repositories: z
      .array(z.enum(['epel', 'crb', 'epel-testing'], { error: 'epel, crb or epel-testing' }))
      .default(['epel', 'crb'])
      .describe(
        'Repositories besides BaseOS and AppStream; the milters need epel and crb. epel-testing has newer packages that may still change, e.g. OpenARC 1.3.',
      ),
    tools: z
      .array(z.string())
      .default(['bind-utils', 'policycoreutils-python-utils', 'tar', 'unzip', 'wget'])
      .describe('Packages with tools for administrators.'),
    timezone: z
      .string()
      .regex(/^[A-Za-z_]+(\/[A-Za-z0-9_+-]+)*$/, 'a name of the time zone database such as Asia/Tokyo')
      .default('Etc/UTC')
      .describe('Time zone of the host: /etc/localtime.'),
    timeService: z
      .boolean()
      .default(true)
      .describe('Run chronyd. Disable it where the host does not control its clock, as in containers.'),
  })
  .prefault({})
  .describe('Settings of every host.')

/** Vars of section `logging`. */
const logging = z
  .strictObject({
    journalPersistent: z.boolean().default(true).describe('Keep the journal across reboots.'),
    retentionDays: z.int().positive().default(14).describe('Days that the journal is kept.'),
    mailFile: z.boolean().default(true).describe('Also write /var/log/maillog, using rsyslog.'),
  })
  .prefault({})
  .describe('Logging.')

/** What role base reads of the vars. */
export const vars = {
  host: hostVars,
  ipv6: ipv6Vars,
  base,
  logging,
}
