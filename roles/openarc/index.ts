import { absent, defineRole, endpoints, file, pkg, service } from '#orchestrate'
import { keyRecords } from '../lib/key-records.ts'
import { activeDomains } from '../lib/names.ts'
import { restarts } from '../lib/restart.ts'
import { selectorsOf } from '../lib/selectors.ts'
import { milterAt, milters } from '../slots.ts'
import { hostVars, mailVars } from '../vars/mail.ts'
import { arcVars, dkimVars, srsVars } from '../vars/signing.ts'
import { daemon, instance, knowsSealers, noSealer, sealerUnit } from './instance.ts'
import { arcKey, keysRoot, sharedKey } from './key.ts'

const ports = { openarc: 8892, 'openarc-sealer': 8894 }

export default defineRole({
  name: 'openarc',
  description: 'OpenARC seals the results of this host’s checks, so that receivers of forwarded mail can trust them.',
  vars: { host: hostVars, mail: mailVars, arc: arcVars, dkim: dkimVars, srs: srsVars },

  // DMARC uses the results of the verifier; a seal contains only results from before it.
  provides: ({ vars: { arc, srs } }) => {
    if (!arc.enabled) return []
    const main = { name: 'openarc', endpoint: milterAt(ports.openarc), whenDown: 'accept' } as const
    const sealer = { name: 'openarc-sealer', endpoint: milterAt(ports['openarc-sealer']), whenDown: 'accept' } as const
    const listens = (port: number, purpose: string) =>
      endpoints({ port, name: 'milter', purpose, exposure: 'loopback' })
    return srs.mode === 'canonical'
      ? [milters({ ...main, order: 30, on: ['inbound'], adds: 'seal' }), listens(ports.openarc, 'OpenARC')]
      : [
          milters({ ...main, order: 15, on: ['inbound'] }),
          milters({ ...sealer, order: 30, on: ['egress'] }),
          listens(ports.openarc, 'OpenARC'),
          listens(ports['openarc-sealer'], 'OpenARC, mail that leaves'),
        ]
  },

  records: ({ host, vars: { mail, arc, srs } }) => [
    keyRecords({
      host: host.name,
      use: 'ARC',
      root: keysRoot,
      declared: arc.enabled ? [{ domain: mail.primaryDomain, selector: arc.selector }] : [],
      domains: [...activeDomains(mail), mail.primaryDomain, srs.domain ?? mail.primaryDomain],
    }),
  ],

  *resources({ vars: { host, mail, arc, dkim, srs }, template, refuse }) {
    const trusts = arc.trustedSealers.length > 0
    if (trusts && srs.mode !== 'egress') {
      refuse(
        'arc.trustedSealers',
        `${arc.trustedSealers.join(', ')} with srs.mode ${srs.mode}`,
        'none, or srs.mode egress',
      )
    }
    if (!arc.enabled) {
      yield* [...noSealer(), absent(service({ unit: 'openarc.service' }))]
      return
    }
    const server = pkg({ name: 'openarc' })
    const key = arcKey(mail.primaryDomain, arc.selector)
    const upgraded = trusts ? [knowsSealers()] : []
    yield* [server, ...upgraded]
    const { signs, kept } = selectorsOf({ dkim, mail }, mail.primaryDomain)
    if ([signs, ...kept].includes(arc.selector)) yield sharedKey(key.file)
    yield* key.resources
    const peers = file({
      path: '/etc/openarc/PeerList',
      content: '127.0.0.1/32\n[::1]/128\n',
      owner: 'openarc',
      group: 'openarc',
      mode: '0440',
    })
    yield peers

    const common = {
      fqdn: host.fqdn,
      domain: mail.primaryDomain,
      selector: arc.selector,
      keyFile: key.file,
      template,
      refuse,
    }
    const egress = srs.mode === 'egress'
    const main = instance({
      ...common,
      name: 'openarc',
      port: ports.openarc,
      mode: egress ? 'v' : 'sv',
      finalReceiver: egress,
    })
    const dropIn = restarts('openarc', template)
    yield* [main, ...dropIn]
    yield daemon({
      name: 'openarc',
      port: ports.openarc,
      reloadOn: [main, peers, ...key.resources],
      restartOn: [server, ...upgraded, ...dropIn],
    })
    if (!egress) {
      yield* noSealer()
      return
    }
    const sealer = instance({
      ...common,
      name: 'openarc-sealer',
      port: ports['openarc-sealer'],
      mode: 'sv',
      finalReceiver: false,
    })
    const unit = sealerUnit(template)
    yield* [sealer, unit]
    yield daemon({
      name: 'openarc-sealer',
      port: ports['openarc-sealer'],
      reloadOn: [sealer, ...key.resources],
      restartOn: [server, ...upgraded, unit],
    })
  },
})
