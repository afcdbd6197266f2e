import { authservProblems, defineRole, file, pkg, service, sh } from '#orchestrate'
import { restarts } from '../restart.ts'
import { databases, milterAnswers, milters } from '../slots.ts'
import { arcVars, dmarcVars, srsVars } from '../vars/filtering.ts'
import { hostVars } from '../vars/host.ts'
import { mailVars } from '../vars/mail.ts'
import { ownNetworks, smtpVars } from '../vars/smtp.ts'
import { history, noReporting, reporting } from './reporting.ts'

export default defineRole({
  name: 'opendmarc',
  description: 'OpenDMARC checks SPF and DMARC of incoming mail and can report the results.',
  vars: { host: hostVars, mail: mailVars, smtp: smtpVars, dmarc: dmarcVars, srs: srsVars, arc: arcVars },

  secrets: ({ vars: { dmarc } }) =>
    dmarc.reporting === 'off' ? [] : [{ name: 'db/opendmarc', description: 'Database account of the DMARC reports.' }],

  provides: ({ vars: { dmarc }, secret }) => [
    milters({ name: 'opendmarc', endpoint: 'inet:127.0.0.1:8893', order: 20, on: ['inbound'] }),
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
      enforce: dmarc.enforce,
      holdQuarantine: dmarc.holdQuarantine,
      // Their verifier exists in the egress layout only; role openarc refuses the other one.
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
    // Not by reload: SIGUSR1 never re-reads IgnoreHosts, and 1.4.2 fails on its table of whitelisted domains and then
    // keeps what it had.
    yield service({
      unit: 'opendmarc.service',
      restartOn: [server, suffixes, ignored, settings, ...dropIn],
      restartInputs: ['/etc/sysconfig/opendmarc'],
      health: milterAnswers(8893),
    })
    if (!keepsHistory) yield noReporting()
    else yield* reporting({ mail, send: dmarc.reporting === 'send', password: secret('db/opendmarc'), template })
  },
})
