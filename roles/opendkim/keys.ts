import { command, directory, lines, type Resource, selectorsOf, sh } from '#orchestrate'
import type { Vars } from './vars.ts'

type Mail = Vars['mail']
type Dkim = Vars['dkim']

const root = '/etc/opendkim/keys'

/** A DKIM key: the domain is that of the record, of the signature and of the key's folder (M3). */
export interface DkimKey {
  readonly domain: string
  readonly selector: string
  readonly file: string
}

/** The keys that sign now, one for each domain that mail is accepted for. */
export function signingKeys(mail: Mail, dkim: Dkim): DkimKey[] {
  const domains = mail.domains.filter(({ active }) => active)
  return domains.map(({ name }) => keyOf(name, selectorsOf({ dkim, mail }, name).signs))
}

/** All keys of these domains, also those that do not sign yet or no longer. */
export function keysOf(domains: readonly string[], mail: Mail, dkim: Dkim): DkimKey[] {
  return domains.flatMap((domain) => {
    const { signs, kept } = selectorsOf({ dkim, mail }, domain)
    return [signs, ...kept].map((selector) => keyOf(domain, selector))
  })
}

/** The key that signs forwarded mail for the domain of rewritten senders. */
export function srsKey(mail: Mail, dkim: Dkim, srs: Vars['srs']): DkimKey {
  const domain = srs.domain ?? mail.primaryDomain
  return keyOf(domain, selectorsOf({ dkim, mail }, domain).signs)
}

/** Makes each key on the host, once; it never leaves it. What is left of an attempt that broke off is taken away first. */
export function* makeKeys(keys: readonly DkimKey[], bits: number): Iterable<Resource> {
  yield directory({ path: root, group: 'opendkim', mode: '0750' })
  for (const domain of new Set(keys.map((key) => key.domain))) {
    yield directory({ path: `${root}/${domain}`, owner: 'opendkim', group: 'opendkim', mode: '0700' })
  }
  for (const { domain, selector, file } of keys) {
    yield command({
      name: `DKIM key ${selector} of ${domain}`,
      creates: file,
      run: sh`new=${`${root}/${domain}`}/.new
rm -rf -- "$new"
mkdir -m 0700 -- "$new"
opendkim-genkey -b ${bits} -h sha256 -D "$new" -d ${domain} -s ${selector}
openssl pkey -in "$new"/${`${selector}.private`} -check -noout
chown -R opendkim:opendkim "$new"
sync -- "$new"/*
mv -f -- "$new"/${`${selector}.txt`} ${file.replace(/private$/, 'txt')}
mv -f -- "$new"/${`${selector}.private`} ${file}
rmdir -- "$new"
if selinuxenabled 2>/dev/null; then restorecon -R -- ${`${root}/${domain}`}; fi`,
    })
  }
  yield protect(keys)
}

// RequireSafeKeys refuses a key at signing time only, and then for every message of the domain.
function protect(keys: readonly DkimKey[]): Resource {
  const files = keys.map((key) => key.file)
  return command({
    name: 'protect DKIM keys',
    unless: sh`wrong=$(find ${files} -maxdepth 0 ! '(' -type f -user opendkim -group opendkim -perm 0600 ')' 2>&1) && [ -z "$wrong" ]`,
    run: lines([sh`chown opendkim:opendkim ${files}`, sh`chmod 0600 ${files}`]),
  })
}

function keyOf(domain: string, selector: string): DkimKey {
  return { domain, selector, file: `${root}/${domain}/${selector}.private` }
}
