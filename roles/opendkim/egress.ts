import { absent, file, pkg, type Resource, type Script, sePort, service, type Text } from '#orchestrate'
import { milterAnswers } from '../slots.ts'
import type { DkimKey } from './keys.ts'
import { table, tablesCheck } from './tables.ts'

/** Port of the second OpenDKIM. */
export const egressPort = 8895

const unit = '/etc/systemd/system/opendkim-egress.service'
const settings = '/etc/opendkim-egress.conf'

/** A second OpenDKIM that signs forwarded mail for the domain of its rewritten sender. */
export interface EgressSigner {
  readonly files: readonly Resource[]
  readonly check: Script
  service(packages: readonly Resource[]): Iterable<Resource>
}

/** The second OpenDKIM; its files must be declared and checked together with those of the first. */
export function egressSigner(key: DkimKey, config: Text, unitFile: Text): EgressSigner {
  const name = `${key.selector}._domainkey.${key.domain}`
  const files = [
    table('EgressKeyTable', `${name} ${key.domain}:${key.selector}:${key.file}\n`),
    table('EgressSigningTable', `* ${name}\n`),
    table('EgressHosts', '0.0.0.0/0\n::/0\n'),
    file({ path: settings, content: config }),
  ]
  return {
    files,
    check: tablesCheck(config, 'EgressKeyTable'),
    *service(packages) {
      const started = file({ path: unit, content: unitFile })
      // The SELinux policy allows milters to bind 8890, 8891 and 8893 only; semanage is in this package.
      yield* [
        started,
        pkg({ name: 'policycoreutils-python-utils' }),
        sePort({ port: egressPort, type: 'milter_port_t' }),
      ]
      yield service({
        unit: 'opendkim-egress.service',
        reloadOn: files,
        restartOn: [...packages, started],
        health: milterAnswers(egressPort),
      })
    },
  }
}

/** Removes the second OpenDKIM of an earlier declaration. */
export function noEgressSigner(): Resource[] {
  const tables = ['EgressKeyTable', 'EgressSigningTable', 'EgressHosts'].map((name) => `/etc/opendkim/${name}`)
  const files = [unit, settings, ...tables].map((path) => absent(file({ path })))
  return [absent(service({ unit: 'opendkim-egress.service' })), ...files]
}
