import { certificate, defineRole, endpoints, pkg } from '#orchestrate'
import { activeDomains } from '../lib/names.ts'
import { addressRecords } from '../lib/records.ts'
import { certificates, webSites } from '../slots.ts'
import { certificatesOf, isReadable, vars } from './certificates.ts'
import { labCertificates, labKeys } from './lab.ts'
import { handshakeChecks } from './live.ts'
import { issuerRecords } from './records.ts'

export default defineRole({
  name: 'tls',
  description:
    'A certificate for every name that clients use: existing files are checked, or a throw-away CA creates them.',
  vars,
  reads: [certificates, endpoints, webSites],

  provides: ({ vars: { host, tls } }) => {
    const own = certificatesOf(host.fqdn, tls)
    const made = tls.source === 'selfsigned-lab' ? { madeBy: labCertificates(own) } : {}
    return own.map((one) => certificates({ ...one, ...made }))
  },

  *resources({ vars: { host, tls }, refuse }) {
    const names = tls.clientNames.map(({ name }) => name)
    const twice = names.filter((name, index) => names.indexOf(name) !== index)
    for (const name of new Set(twice)) refuse('tls.clientNames', `${name} twice`, 'every name once')
    const own = certificatesOf(host.fqdn, tls)
    yield pkg({ name: 'openssl' })
    if (tls.source === 'files') {
      for (const { name, key, chain } of own) {
        for (const path of new Set([key, chain].filter((one) => !isReadable(one))))
          refuse(
            `tls.clientNames, ${name}`,
            path,
            'a path below /etc/pki, /etc/ssl or /etc/letsencrypt: SELinux keeps mail daemons from others',
          )
      }
      for (const { name, key, chain } of own) yield certificate({ name, key, chain })
      return
    }
    for (const { name, key, chain } of tls.clientNames) {
      if (key ?? chain)
        refuse(`tls.clientNames, ${name}`, String(key ?? chain), 'no paths: selfsigned-lab makes the files itself')
    }
    yield* [labCertificates(own), ...labKeys(own)]
  },

  records: ({ host: facts, vars: { host, mail, ipv6, tls, extras } }) => {
    const names = tls.clientNames.map(({ name }) => name).filter((name) => name !== host.fqdn)
    const addresses = names.flatMap((name) => addressRecords(facts, ipv6, name, `clients connect to ${name}`))
    return [{ records: [...addresses, ...issuerRecords(activeDomains(mail), extras)], missing: [] }]
  },

  checks: ({ collect }) => handshakeChecks(collect(endpoints), collect(certificates), collect(webSites)),
})
