import { dirname } from 'node:path'
import { command, directory, permissions, type Resource, sh } from '#orchestrate'
import { selectorsOf } from '../lib/selectors.ts'
import type { Vars } from './vars.ts'

/** Where the keys lie on a host: `DOMAIN/SELECTOR.private`. */
export const keysRoot = '/etc/opendkim/keys'

/** A DKIM key: the domain is that of the record, of the signature and of the key's folder. */
export interface DkimKey {
  readonly domain: string
  readonly selector: string
  readonly file: string
}

/** The keys that sign now, one for each domain that mail is accepted for. */
export function signingKeys(vars: Pick<Vars, 'dkim' | 'mail'>): DkimKey[] {
  const domains = vars.mail.domains.filter(({ active }) => active)
  return domains.map(({ name }) => keyOf(name, selectorsOf(vars, name).signs))
}

/** All keys of these domains, also those that do not sign yet or no longer. */
export function keysOf(domains: readonly string[], vars: Pick<Vars, 'dkim' | 'mail'>): DkimKey[] {
  return domains.flatMap((domain) => {
    const { signs, kept } = selectorsOf(vars, domain)
    return [signs, ...kept].map((selector) => keyOf(domain, selector))
  })
}

/** The key that signs forwarded mail for the domain of rewritten senders. */
export function srsKey(vars: Pick<Vars, 'dkim' | 'mail' | 'srs'>): DkimKey {
  const domain = srsDomain(vars)
  return keyOf(domain, selectorsOf(vars, domain).signs)
}

/** The domains that a host signs for: its own, and that of rewritten senders where forwarded mail is signed again. */
export function signingDomains(vars: Pick<Vars, 'mail' | 'srs' | 'forwarding'>): string[] {
  const active = vars.mail.domains.filter((one) => one.active).map(({ name }) => name)
  return [...new Set([...active, ...(vars.forwarding.resign === 'off' ? [] : [srsDomain(vars)])])]
}

/** The domain that forwarded mail is sent, and signed again, for. */
export function srsDomain({ srs, mail }: Pick<Vars, 'mail' | 'srs'>): string {
  return srs.domain ?? mail.primaryDomain
}

/** Generates each key once, on the host; it never leaves it. Leftovers of an interrupted attempt are removed first. */
export function* makeKeys(keys: readonly DkimKey[], bits: number): Iterable<Resource> {
  yield directory({ path: dirname(keysRoot), group: 'opendkim' })
  // The daemon's account reads keys but puts nothing in their place: root sets owners and modes in these folders.
  yield directory({ path: keysRoot, secretFiles: '*.private', group: 'opendkim', mode: '0750' })
  for (const domain of new Set(keys.map((key) => key.domain))) {
    yield directory({ path: `${keysRoot}/${domain}`, group: 'opendkim', mode: '0750' })
  }
  for (const { domain, selector, file } of keys) {
    yield command({
      name: `DKIM key ${selector} of ${domain}`,
      creates: file,
      run: sh`new=${`${keysRoot}/${domain}`}/.new
rm -rf -- "$new"
mkdir -m 0700 -- "$new"
opendkim-genkey -b ${bits} -h sha256 -D "$new" -d ${domain} -s ${selector}
openssl pkey -in "$new"/${`${selector}.private`} -check -noout
chown -h opendkim:opendkim "$new"/*
sync -- "$new"/*
mv -f -- "$new"/${`${selector}.txt`} ${file.replace(/private$/, 'txt')}
mv -f -- "$new"/${`${selector}.private`} ${file}
rmdir -- "$new"
if selinuxenabled 2>/dev/null; then restorecon -R -- ${`${keysRoot}/${domain}`}; fi`,
    })
  }
  // RequireSafeKeys rejects a key only when it is used, and then for every message of the domain.
  for (const { file } of keys) yield permissions({ path: file, owner: 'opendkim', group: 'opendkim', mode: '0600' })
}

function keyOf(domain: string, selector: string): DkimKey {
  return { domain, selector, file: `${keysRoot}/${domain}/${selector}.private` }
}
