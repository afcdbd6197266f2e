import { defineRole, endpoints, file, pkg, service, sh } from '#orchestrate'
import { authservProblems } from '../lib/authserv.ts'
import { restarts } from '../lib/restart.ts'
import { databases, milterAnswers, milterAt, milters } from '../slots.ts'
import { ownNetworks } from '../vars/mail.ts'
import { dmarcRecords } from './records.ts'
import { history, noReporting, reporting } from './reporting.ts'
import { vars } from './vars.ts'

const port = 8893

export default defineRole({
  name: 'opendmarc',
  description: 'OpenDMARC checks SPF and DMARC of incoming mail and can report the results.',
  vars,

  secrets: ({ vars: { dmarc } }) =>
    dmarc.reporting === 'off'
      ? []
      : [{ name: 'db/opendmarc', description: 'Password of the database account for DMARC reports.' }],

  provides: ({ vars: { dmarc, smtp }, secret }) => [
    milters({
      name: 'opendmarc',
      endpoint: milterAt(port),
      order: 20,
      on: ['inbound'],
      adds: 'results',
      exempt: ownNetworks(smtp),
    }),
    endpoints({ port, name: 'milter', purpose: 'OpenDMARC', exposure: 'loopback' }),
    ...(dmarc.reporting === 'off'
      ? []
      : [
          databases({
            name: 'opendmarc',
            accounts: [
              {
                user: 'opendmarc',
                password: secret('db/opendmarc'),
                // DROP: opendmarc-expire empties a table by TRUNCATE.
                grants: [{ on: 'opendmarc.*', privileges: ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'DROP'] }],
              },
            ],
          }),
        ]),
  ],

  *resources({ vars: { host, mail, smtp, dmarc, srs, arc }, secret, template, refuse }) {
    const server = pkg({ name: 'opendmarc' })
    const suffixes = pkg({ name: 'publicsuffix-list' })
    yield* [server, suffixes]
    const keepsHistory = dmarc.reporting !== 'off'
    const ignored = file({
      path: '/etc/opendmarc/ignore.hosts',
      content: ownNetworks(smtp)
        .map((one) => `${one}\n`)
        .join(''),
    })
    const text = template('opendmarc/opendmarc.conf.ejs', {
      fqdn: host.fqdn,
      port,
      enforce: dmarc.enforce,
      holdQuarantine: dmarc.holdQuarantine,
      // Seals are verified in egress mode only; role openarc refuses trusted sealers in the other mode.
      trustedSealers: arc.enabled && srs.mode === 'egress' ? arc.trustedSealers : [],
      history: keepsHistory ? history : '',
    })
    const problems = authservProblems({ fqdn: host.fqdn, opendmarc: String(text) })
    for (const { place, found, allowed } of problems) refuse(place, found, allowed)
    const settings = file({
      path: '/etc/opendmarc.conf',
      content: text,
      check: sh`runuser -u opendmarc -- /usr/sbin/opendmarc -n -c "$candidate"`,
    })
    const dropIn = restarts('opendmarc', template)
    yield* [ignored, settings, ...dropIn]
    // No reload: SIGUSR1 does not re-read IgnoreHosts, and 1.4.2 fails to rebuild its table of whitelisted domains and then
    // keeps the old settings.
    yield service({
      unit: 'opendmarc.service',
      restartOn: [server, suffixes, ignored, settings, ...dropIn],
      restartInputs: ['/etc/sysconfig/opendmarc'],
      health: milterAnswers(port),
    })
    if (!keepsHistory) yield* noReporting()
    else yield* reporting({ mail, send: dmarc.reporting === 'send', password: secret('db/opendmarc'), template })
  },

  records: ({ vars: { mail } }) => [
    { records: dmarcRecords(mail.domains.filter(({ active }) => active)), missing: [] },
  ],
})
