import { z } from 'zod'
import { ipv6Vars } from '../vars/access.ts'
import { hostVars } from '../vars/mail.ts'

/** Vars of section `base`. */
const base = z
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
const logging = z
  .strictObject({
    journalPersistent: z.boolean().default(true).describe('Keep the journal over reboots.'),
    retentionDays: z.int().positive().default(14).describe('Days that the journal is kept.'),
    mailFile: z.boolean().default(true).describe('Also write /var/log/maillog (rsyslog).'),
  })
  .prefault({})
  .describe('Logs.')

/** What role base reads of the vars. */
export const vars = {
  host: hostVars,
  ipv6: ipv6Vars,
  base,
  logging,
}
