import { command, defineRole, file, pkg, selectorsOf, sh } from '#orchestrate'
import { restarts } from '../restart.ts'
import { milters } from '../slots.ts'
import { arcVars, dkimVars, srsVars } from '../vars/filtering.ts'
import { hostVars } from '../vars/host.ts'
import { mailVars } from '../vars/mail.ts'
import { daemon, instance, knowsSealers, noSealer, sealerUnit } from './instance.ts'
import { arcKey, sharedKey } from './key.ts'

export default defineRole({
  name: 'openarc',
  description: 'OpenARC seals the results of this host’s checks, so that receivers of forwarded mail can trust them.',
  vars: { host: hostVars, mail: mailVars, arc: arcVars, dkim: dkimVars, srs: srsVars },

  // DMARC looks at what the verifier found; a seal can only hold what was found before it (M5).
  provides: ({ vars: { arc, srs } }) => {
    if (!arc.enabled) return []
    const main = { name: 'openarc', endpoint: 'inet:127.0.0.1:8892', whenDown: 'accept' } as const
    const sealer = { name: 'openarc-sealer', endpoint: 'inet:127.0.0.1:8894', whenDown: 'accept' } as const
    return srs.mode === 'canonical'
      ? [milters({ ...main, order: 30, on: ['inbound'] })]
      : [milters({ ...main, order: 15, on: ['inbound'] }), milters({ ...sealer, order: 30, on: ['egress'] })]
  },

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
      yield* [
        noSealer(),
        command({
          name: 'openarc is off',
          unless: sh`! systemctl -q is-active openarc.service && ! systemctl -q is-enabled openarc.service`,
          run: sh`systemctl -q disable --now openarc.service`,
        }),
      ]
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
      port: 8892,
      mode: egress ? 'v' : 'sv',
      finalReceiver: egress,
    })
    const dropIn = restarts('openarc', template)
    yield* [main, ...dropIn]
    yield* daemon({
      name: 'openarc',
      port: 8892,
      reloadOn: [main, peers, ...key.resources],
      restartOn: [server, ...upgraded, ...dropIn],
    })
    if (!egress) {
      yield noSealer()
      return
    }
    const sealer = instance({
      ...common,
      name: 'openarc-sealer',
      port: 8894,
      mode: 'sv',
      finalReceiver: false,
    })
    const unit = sealerUnit(template)
    yield* [sealer, unit]
    yield* daemon({
      name: 'openarc-sealer',
      port: 8894,
      reloadOn: [sealer, ...key.resources],
      restartOn: [server, ...upgraded, unit],
    })
  },
})
