import {
  authservProblems,
  command,
  defineRole,
  directory,
  file,
  lines,
  pkg,
  type Resource,
  service,
  sh,
  signingProblems,
  validate,
} from '#orchestrate'
import { restarts } from '../restart.ts'
import { milterAnswers, milters } from '../slots.ts'
import { dkimVars, forwardingVars, srsVars } from '../vars/filtering.ts'
import { hostVars } from '../vars/host.ts'
import { mailVars } from '../vars/mail.ts'
import { ownNetworks, smtpVars } from '../vars/smtp.ts'
import { egressSigner, noEgressSigner } from './egress.ts'
import { keysOf, makeKeys, signingKeys, srsKey } from './keys.ts'
import { signingRecord } from './signing-record.ts'
import { tablesCheck } from './tables-check.ts'

export default defineRole({
  name: 'opendkim',
  description: 'OpenDKIM signs the mail of the hosted domains and checks the signatures of incoming mail.',
  vars: { host: hostVars, mail: mailVars, smtp: smtpVars, dkim: dkimVars, srs: srsVars, forwarding: forwardingVars },

  provides: ({ vars: { forwarding } }) => [
    milters({ name: 'opendkim', endpoint: 'inet:127.0.0.1:8891', order: 10, on: ['inbound', 'submission', 'local'] }),
    ...(forwarding.resign === 'off'
      ? []
      : [milters({ name: 'opendkim-egress', endpoint: 'inet:127.0.0.1:8895', order: 10, on: ['egress'] })]),
  ],

  *resources({ vars: { host, mail, smtp, dkim, srs, forwarding }, template, refuse }) {
    if (forwarding.resign !== 'off' && !(srs.enabled && srs.mode === 'egress')) {
      refuse(
        'forwarding.resign',
        `${forwarding.resign} without an egress stage`,
        'off, or srs.mode egress with srs.enabled',
      )
    }
    const packages = [pkg({ name: 'opendkim' }), pkg({ name: 'opendkim-tools' })]
    yield* packages

    const signing = signingKeys(mail, dkim)
    const resign = forwarding.resign === 'off' ? undefined : srsKey(mail, dkim, srs)
    const signers = [...new Map([...signing, ...(resign ? [resign] : [])].map((key) => [key.domain, key])).values()]
    const keyed = signers.map(({ domain }) => domain)
    const keys = [...makeKeys(keysOf(keyed, mail, dkim), dkim.keyBits)]
    yield* keys

    const { fqdn } = host
    const { canonicalization } = dkim
    // A bounce has no author in a hosted domain: the host name stands in, aligned with the primary domain (M36).
    const bounces = dkim.signBounces ? signing.filter(({ domain }) => domain === mail.primaryDomain) : []
    const removeAll = !(srs.enabled && srs.mode === 'egress')
    const config = template('opendkim/opendkim.conf.ejs', { fqdn, canonicalization, removeAll })
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
          template('opendkim/egress.conf.ejs', { canonicalization }),
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
    yield* daemon({ files: [...files, ...keys], restartOn: [...packages, ...dropIn] })
    yield* egress ? egress.service(packages) : [noEgressSigner()]
    yield signingRecord(signers)
  },
})

function table(name: string, content: Parameters<typeof file>[0]['content']): Resource {
  return file({ path: `/etc/opendkim/${name}`, content, owner: 'opendkim', group: 'opendkim', mode: '0640' })
}

// USR1 re-reads all but Socket and its like (opendkim.conf(5)): a daemon on another socket is an earlier configuration's.
function* daemon({
  files,
  restartOn,
}: {
  files: readonly Resource[]
  restartOn: readonly Resource[]
}): Iterable<Resource> {
  const moved = command({
    name: 'opendkim on its own port',
    unless: sh`! systemctl -q is-active opendkim.service || ss -Hltn 'src 127.0.0.1:8891' | grep -q .`,
    run: sh`:`,
  })
  yield moved
  yield service({
    unit: 'opendkim.service',
    reloadOn: files,
    restartOn: [...restartOn, moved],
    restartInputs: ['/etc/sysconfig/opendkim'],
    health: milterAnswers(8891),
  })
}
