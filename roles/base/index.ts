import { command, defineRole, directory, file, hostname, link, pkg, repository, service, sh } from '#orchestrate'
import { hostRecords } from './records.ts'
import { noDenials } from './selinux.ts'
import { vars } from './vars.ts'

export default defineRole({
  name: 'base',
  description: 'Repositories, tools, host name, time and logging of every mail host.',
  vars,

  *resources({ vars: { host, base, logging }, template }) {
    yield hostname({ name: host.fqdn })
    if (base.repositories.includes('crb')) yield repository({ name: 'crb', enabled: true })
    if (base.repositories.includes('epel')) yield repository({ name: 'epel', source: { package: 'epel-release' } })
    if (base.repositories.includes('epel-testing')) yield repository({ name: 'epel-testing', enabled: true })
    if (base.update) {
      yield command({ name: 'update all packages', run: sh`dnf -y -q upgrade`, unless: sh`dnf -q check-update` })
    }
    // Adjacent packages are installed with a single call of dnf.
    const rsyslog = pkg({ name: 'rsyslog' })
    for (const name of base.tools) yield pkg({ name })
    if (base.timeService) yield pkg({ name: 'chrony' })
    if (logging.mailFile) yield rsyslog

    yield link({ path: '/etc/localtime', target: `../usr/share/zoneinfo/${base.timezone}` })
    if (base.timeService) yield service({ unit: 'chronyd.service' })

    if (logging.journalPersistent) {
      const journal = directory({ path: '/var/log/journal', group: 'systemd-journal', mode: '2755' })
      const settings = file({
        path: '/etc/systemd/journald.conf.d/orchestrate.conf',
        content: template('base/journald.conf.ejs', { days: logging.retentionDays }),
      })
      yield* [journal, directory({ path: '/etc/systemd/journald.conf.d' }), settings]
      yield service({ unit: 'systemd-journald.service', restartOn: [journal, settings] })
    }
    if (logging.mailFile) yield service({ unit: 'rsyslog.service', restartOn: [rsyslog] })
  },

  records: ({ host, vars }) => [hostRecords(host, vars.host.fqdn, vars.ipv6)],

  checks: () => [noDenials],

  fleet(hosts, refuse) {
    for (const [index, { host, vars }] of hosts.entries()) {
      const { fqdn } = vars.host
      const first = hosts.findIndex((one) => one.vars.host.fqdn === fqdn)
      if (first === index) continue
      const found = `${fqdn}, which is also ${hosts[first]?.host.name}`
      refuse(`hosts.${host.name}.vars.host.fqdn`, found, 'each name once: say it host by host')
    }
  },
})
