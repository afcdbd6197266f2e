import { absent, file, type Resource, type Script, sePort, service, type Text } from '#orchestrate'
import { milterAnswers } from '../slots.ts'
import type { DkimKey } from './keys.ts'
import { tablesCheck } from './tables-check.ts'

const unit = '/etc/systemd/system/opendkim-egress.service'
const settings = '/etc/opendkim-egress.conf'

/** A second OpenDKIM that signs forwarded mail for the domain of its rewritten sender. */
export interface EgressSigner {
  readonly files: readonly Resource[]
  readonly check: Script
  service(packages: readonly Resource[]): Iterable<Resource>
}

/** Makes the second OpenDKIM; its files are to be declared and checked together with those of the first. */
export function egressSigner(key: DkimKey, config: Text, unitFile: Text): EgressSigner {
  const name = `${key.selector}._domainkey.${key.domain}`
  const table = (path: string, content: string) =>
    file({ path: `/etc/opendkim/${path}`, content, owner: 'opendkim', group: 'opendkim', mode: '0640' })
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
      // The policy lets the milters' domain bind 8890, 8891 and 8893 only (M39).
      yield* [started, sePort({ port: 8895, type: 'milter_port_t' })]
      yield service({
        unit: 'opendkim-egress.service',
        reloadOn: files,
        restartOn: [...packages, started],
        health: milterAnswers(8895),
      })
    },
  }
}

/** Takes the second OpenDKIM away where an earlier declaration had it. */
export function noEgressSigner(): Resource[] {
  const tables = ['EgressKeyTable', 'EgressSigningTable', 'EgressHosts'].map((name) => `/etc/opendkim/${name}`)
  const files = [unit, settings, ...tables].map((path) => absent(file({ path })))
  return [absent(service({ unit: 'opendkim-egress.service' })), ...files]
}
