import { command, defineRole, pkg } from '#orchestrate'
import { certificates } from '../slots.ts'
import { tlsVars } from '../vars/access.ts'
import { hostVars } from '../vars/host.ts'
import { certificatesOf, isReadable } from './certificates.ts'
import { checkFiles, closeAndCheck } from './checks.ts'
import { labCertificates } from './lab.ts'

export default defineRole({
  name: 'tls',
  description: 'One certificate for every name that clients use: checked where they lie, or made by a throw-away CA.',
  vars: { host: hostVars, tls: tlsVars },

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
      for (const one of own)
        yield command({ name: `check certificate of ${one.name}`, unless: checkFiles(one), run: closeAndCheck(one) })
      return
    }
    for (const { name, key, chain } of tls.clientNames) {
      if (key ?? chain)
        refuse(`tls.clientNames, ${name}`, String(key ?? chain), 'no paths: selfsigned-lab makes the files itself')
    }
    yield labCertificates(own)
  },
})
