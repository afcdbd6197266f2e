import { byPort, defineRole, endpoints, file, pkg, service, validate } from '#orchestrate'
import { ownNetworks } from '../vars/mail.ts'
import { jailsAreUp, noGuard, parses } from './checks.ts'
import { jailsOf } from './jails.ts'
import { vars } from './vars.ts'

const root = '/etc/fail2ban'

export default defineRole({
  name: 'fail2ban',
  description: 'fail2ban: bans addresses with too many failed logins or rejected messages from the mail ports.',
  vars,
  collects: [endpoints],

  *resources({ vars: { fail2ban, smtp }, collect, template, refuse }) {
    if (!fail2ban.enabled) {
      yield noGuard()
      return
    }
    const guarded = byPort(collect(endpoints)).filter(({ bans, exposure }) => bans && exposure !== 'loopback')
    const ports = guarded.map(({ port }) => port).sort((a, b) => a - b)
    if (ports.length === 0)
      return refuse('fail2ban.enabled', 'true without any mail port', 'false, or roles that serve mail')

    // The package `fail2ban` would make rich rules of firewalld the default action.
    const installed = pkg({ name: 'fail2ban-server' })
    yield installed
    const jails = jailsOf(guarded)
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
      // A reload does not update the ports of existing rules; a restart does, and restores the bans.
      restartOn: [installed, ...files],
      health: jailsAreUp(jails.map(({ name }) => name)),
    })
  },
})
