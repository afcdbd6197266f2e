import { defineRole, directory, endpoints, file, lines, pkg, service, validate } from '#orchestrate'
import { authservProblems } from '../lib/authserv.ts'
import { restarts } from '../lib/restart.ts'
import { milterAnswers, milterAt, milters } from '../slots.ts'
import { ownNetworks } from '../vars/mail.ts'
import { egressPort, egressSigner, noEgressSigner } from './egress.ts'
import { keysOf, makeKeys, signingDomains, signingKeys, srsKey } from './keys.ts'
import { signingProblems } from './lints.ts'
import { dkimRecords } from './records.ts'
import { signingRecord } from './signing-log.ts'
import { table, tablesCheck } from './tables.ts'
import { vars } from './vars.ts'

const port = 8891

export default defineRole({
  name: 'opendkim',
  description: 'OpenDKIM signs the mail of the hosted domains and checks the signatures of incoming mail.',
  vars,

  provides: ({ vars: { forwarding } }) => [
    milters({ name: 'opendkim', endpoint: milterAt(port), order: 10, on: ['inbound', 'submission', 'local'] }),
    endpoints({ port, name: 'milter', purpose: 'OpenDKIM', exposure: 'loopback' }),
    ...(forwarding.resign === 'off'
      ? []
      : [
          milters({ name: 'opendkim-egress', endpoint: milterAt(egressPort), order: 10, on: ['egress'] }),
          endpoints({ port: egressPort, name: 'milter', purpose: 'OpenDKIM, forwarded mail', exposure: 'loopback' }),
        ]),
  ],

  records: ({ host, vars: read }) => [dkimRecords(host, read)],

  *resources({ vars: read, template, refuse }) {
    const { host, mail, smtp, dkim, srs, forwarding } = read
    if (forwarding.resign !== 'off' && !(srs.enabled && srs.mode === 'egress')) {
      refuse(
        'forwarding.resign',
        `${forwarding.resign} without an egress stage`,
        'off, or srs.mode egress with srs.enabled',
      )
    }
    const packages = [pkg({ name: 'opendkim' }), pkg({ name: 'opendkim-tools' })]
    yield* packages

    const signing = signingKeys(read)
    const resign = forwarding.resign === 'off' ? undefined : srsKey(read)
    const signers = [...new Map([...signing, ...(resign ? [resign] : [])].map((key) => [key.domain, key])).values()]
    const keys = [...makeKeys(keysOf(signingDomains(read), read), dkim.keyBits)]
    yield* keys

    const { fqdn } = host
    const { canonicalization } = dkim
    // The From of a bounce is not in a hosted domain but the host name, which is aligned with the primary domain.
    const bounces = dkim.signBounces ? signing.filter(({ domain }) => domain === mail.primaryDomain) : []
    const removeAll = !(srs.enabled && srs.mode === 'egress')
    const config = template('opendkim/opendkim.conf.ejs', { fqdn, canonicalization, port, removeAll })
    const keyTable = template('opendkim/KeyTable.ejs', { keys: signing })
    const signingTable = template('opendkim/SigningTable.ejs', { keys: signing, bounces, fqdn })
    const trustedHosts = ownNetworks(smtp)
      .map((network) => `${network}\n`)
      .join('')
    const domains = [...signing.map(({ domain }) => domain), fqdn]
    const texts = { keyTable: String(keyTable), signingTable: String(signingTable), trustedHosts, domains }
    const problems = [...signingProblems(texts), ...authservProblems({ fqdn, opendkim: String(config) })]
    for (const { place, found, allowed } of problems) refuse(place, found, allowed)
    const files = [
      table('KeyTable', keyTable),
      table('SigningTable', signingTable),
      table('TrustedHosts', trustedHosts),
      file({ path: '/etc/opendkim.conf', content: config }),
    ]
    const egress = resign
      ? egressSigner(
          resign,
          template('opendkim/egress.conf.ejs', { canonicalization, port: egressPort }),
          template('opendkim/opendkim-egress.service.ejs'),
        )
      : undefined

    yield directory({ path: '/etc/opendkim', group: 'opendkim' })
    yield* [...files, ...(egress?.files ?? [])]
    yield validate({
      root: '/etc/opendkim',
      of: [...files, ...(egress?.files ?? []), ...keys],
      run: lines([tablesCheck(config, 'KeyTable'), ...(egress ? [egress.check] : [])]),
    })
    const dropIn = restarts('opendkim', template)
    yield* dropIn
    // USR1 does not re-read Socket (opendkim.conf(5)): a daemon on another socket still has an earlier configuration.
    yield service({
      unit: 'opendkim.service',
      reloadOn: [...files, ...keys],
      restartOn: [...packages, ...dropIn],
      listens: [`127.0.0.1:${port}`],
      restartInputs: ['/etc/sysconfig/opendkim'],
      health: milterAnswers(port),
    })
    yield* egress ? egress.service(packages) : noEgressSigner()
    yield signingRecord(signers)
  },
})
