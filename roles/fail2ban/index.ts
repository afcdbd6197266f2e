import { defineRole, file, pkg, service, validate } from '#orchestrate'
import { openPorts } from '../slots.ts'
import { managesieveVars } from '../vars/access.ts'
import { fail2banVars } from '../vars/filtering.ts'
import { ownNetworks, smtpVars } from '../vars/smtp.ts'
import { jailsAreUp, noGuard, parses } from './checks.ts'
import { jailsOf, mailPorts } from './jails.ts'

const root = '/etc/fail2ban'

export default defineRole({
  name: 'fail2ban',
  description: 'fail2ban: addresses that fail to log in or are refused too often are banned from the mail ports.',
  vars: { fail2ban: fail2banVars, smtp: smtpVars, managesieve: managesieveVars },
  collects: [openPorts],

  *resources({ vars: { fail2ban, smtp, managesieve }, collect, template, refuse }) {
    if (!fail2ban.enabled) {
      yield noGuard()
      return
    }
    const ports = mailPorts(collect(openPorts))
    if (ports.length === 0)
      return refuse('fail2ban.enabled', 'true without a mail port', 'false, or roles that serve mail')

    // The package without `-server` would bring rich rules of firewalld as the default action.
    const installed = pkg({ name: 'fail2ban-server' })
    yield installed
    const jails = jailsOf({ managesieve: managesieve.public })
    const ignored = [...new Set([...ownNetworks(smtp), ...fail2ban.allow])]
    const files = [
      file({
        path: `${root}/jail.local`,
        content: template('fail2ban/jail.local.ejs', { ...fail2ban, jails, ports, ignored }),
      }),
      file({
        path: `${root}/filter.d/dovecot-managesieve.conf`,
        content: template('fail2ban/dovecot-managesieve.conf.ejs'),
      }),
      file({
        path: `${root}/action.d/nftables-common.local`,
        content: template('fail2ban/nftables-common.local.ejs'),
      }),
    ]
    yield* [...files, validate({ root, of: files, run: parses })]
    yield service({
      unit: 'fail2ban.service',
      // A reload keeps the rules of a jail whose ports have changed; a restart remembers the bans.
      restartOn: [installed, ...files],
      health: jailsAreUp(jails.map(({ name }) => name)),
    })
  },
})
