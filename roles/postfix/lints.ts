import type { Problem } from '#orchestrate'
import { unknownName } from '../lib/config-lines.ts'
import { listWords, mainCf, masterCf, type Setting } from './config-text.ts'
import { newerParameters, postfixParameters, transportSuffixes } from './known-parameters.ts'
import { sniProblems } from './sni.ts'
import { closedBlockList } from './vars.ts'

/** Postfix's files of one host, secrets masked. */
export interface PostfixTexts {
  readonly main: string
  readonly master: string
  readonly sni?: string | undefined
  /** Names that clients connect to, host name included. */
  readonly names: readonly string[]
  /** Files known to begin with a private key; without them, the names of the files decide. */
  readonly keys?: readonly string[]
  /** Paths of all tables that are declared. */
  readonly tables: readonly string[]
}

/** Mistakes that Postfix's own checks do not report; found before any host is contacted. */
export function postfixProblems({ main, master, sni, names, keys, tables }: PostfixTexts): Problem[] {
  const pem = (path: string) => `-----BEGIN ${keys?.includes(path) ? 'PRIVATE KEY' : 'CERTIFICATE'}-----`
  return [
    ...mainCfNameProblems(main, master),
    ...masterCfNameProblems(master, main),
    ...newerValueProblems(main, master),
    ...restrictionProblems(main, master),
    ...blockListProblems(main, master),
    ...missingMapProblems({ main, master }, tables),
    ...(sni === undefined ? [] : sniProblems(sni, keys ? { names, pem } : { names })),
  ]
}

/**
 * Parameters of main.cf that Postfix 3.5 does not know. Postfix itself only warns of "unused parameter" and exits 0.
 * A user-defined name is allowed if a value in either file refers to it as `$name`.
 */
export function mainCfNameProblems(text: string, master = '', file = 'main.cf'): Problem[] {
  const settings = mainCf(text, file)
  const options = masterCf(master, '').flatMap((service) => service.options)
  return nameProblems(settings, new Set([...settings, ...options].flatMap(({ value }) => references(value))))
}

/** The same for the `-o` overrides of master.cf; `main` is the main.cf that goes with it. */
export function masterCfNameProblems(text: string, main = '', file = 'master.cf'): Problem[] {
  const services = masterCf(text, file)
  const options = services.flatMap((service) => service.options)
  const values = [...mainCf(main, ''), ...options].flatMap(({ value }) => references(value))
  return nameProblems(options, new Set([...values, ...mainCf(main, '').map(({ name }) => name)]))
}

const bothFiles = { main: 'main.cf', master: 'master.cf' }

/** The settings of main.cf and the `-o` overrides of master.cf. */
function settingsOf(main: string, master: string, files: typeof bothFiles): Setting[] {
  const options = masterCf(master, files.master).flatMap((service) => service.options)
  return [...mainCf(main, files.main), ...options]
}

/** Values that need a Postfix later than 3.5. */
export function newerValueProblems(main: string, master = '', files = bothFiles): Problem[] {
  return settingsOf(main, master, files).flatMap(({ name, value, place }) => {
    if (name === 'compatibility_level' && Number(value) !== 2) {
      return [{ place: `${place} ${name}`, found: value, allowed: '2: Postfix 3.5 takes whole numbers up to 2' }]
    }
    if (/_tls_(mandatory_)?protocols$/.test(name) && value.includes('=')) {
      const allowed = '!SSLv2, !SSLv3, !TLSv1, !TLSv1.1: bounds such as >=TLSv1.2 came with Postfix 3.6'
      return [{ place: `${place} ${name}`, found: value, allowed }]
    }
    return []
  })
}

function nameProblems(settings: readonly Setting[], own: ReadonlySet<string>): Problem[] {
  return settings.flatMap(({ name, place }) => {
    const release = newerParameters.get(name)
    if (release) {
      return [{ place, found: `${name}, which came with Postfix ${release}`, allowed: 'parameters of Postfix 3.5' }]
    }
    if (isKnown(name) || own.has(name)) return []
    return [unknownName(place, 'parameter', name, postfixParameters)]
  })
}

function isKnown(name: string): boolean {
  return postfixParameters.has(name) || transportSuffixes.some((end) => name.length > end.length && name.endsWith(end))
}

function references(value: string): string[] {
  return [...value.matchAll(/\$[({]?([A-Za-z0-9_]+)/g)].map(([, name]) => name ?? '')
}

const words = (text: string): string[] => text.trim().split(/\s+/)

/** Restrictions without an argument (postconf(5) of 3.5.9, smtpd_*_restrictions). */
const plain = new Set(
  words(`
    defer defer_if_permit defer_if_reject defer_unauth_destination permit permit_auth_destination
    permit_inet_interfaces permit_mx_backup permit_mynetworks permit_naked_ip_address permit_sasl_authenticated
    permit_tls_all_clientcerts permit_tls_clientcerts reject reject_authenticated_sender_login_mismatch
    reject_invalid_helo_hostname reject_invalid_hostname reject_known_sender_login_mismatch
    reject_multi_recipient_bounce reject_non_fqdn_helo_hostname reject_non_fqdn_hostname reject_non_fqdn_recipient
    reject_non_fqdn_sender reject_plaintext_session reject_sender_login_mismatch reject_unauth_destination
    reject_unauth_pipelining reject_unauthenticated_sender_login_mismatch reject_unknown_address
    reject_unknown_client reject_unknown_client_hostname reject_unknown_forward_client_hostname
    reject_unknown_helo_hostname reject_unknown_hostname reject_unknown_recipient_domain
    reject_unknown_reverse_client_hostname reject_unknown_sender_domain reject_unlisted_recipient
    reject_unlisted_sender reject_unverified_recipient reject_unverified_sender warn_if_reject
  `),
)

/** Restrictions with an argument. */
const withArgument = new Set(
  words(`
    check_address_map check_ccert_access check_client_a_access check_client_access check_client_mx_access
    check_client_ns_access check_etrn_access check_helo_a_access check_helo_access check_helo_mx_access
    check_helo_ns_access check_policy_service check_recipient_a_access check_recipient_access
    check_recipient_mx_access check_recipient_ns_access check_reverse_client_hostname_a_access
    check_reverse_client_hostname_access check_reverse_client_hostname_mx_access
    check_reverse_client_hostname_ns_access check_sasl_access check_sender_a_access check_sender_access
    check_sender_mx_access check_sender_ns_access permit_dnswl_client permit_rhswl_client reject_rbl
    reject_rbl_client reject_rhsbl_client reject_rhsbl_helo reject_rhsbl_recipient reject_rhsbl_reverse_client
    reject_rhsbl_sender sleep
  `),
)

const isRestrictionList = (name: string) => /^smtpd_.*_restrictions$/.test(name) || name === 'smtpd_restriction_classes'

/**
 * Misspelt restrictions. Postfix starts with them, and answers every client with 451 4.3.5 Server configuration error.
 * Classes declared in smtpd_restriction_classes and tables (`type:name`, an implied access map) are allowed.
 */
export function restrictionProblems(main: string, master = '', files = bothFiles): Problem[] {
  const settings = mainCf(main, files.main)
  const options = masterCf(master, files.master).flatMap((service) => service.options)
  const declared = settings.filter(({ name }) => name === 'smtpd_restriction_classes')
  const classes = new Set(declared.flatMap(({ value }) => listWords(value)))
  const lists = [...settings, ...options].filter(
    ({ name }) => (isRestrictionList(name) && name !== 'smtpd_restriction_classes') || classes.has(name),
  )
  return lists.flatMap((setting) => listProblems(setting, classes))
}

function listProblems({ name, value, place }: Setting, classes: ReadonlySet<string>): Problem[] {
  const list = listWords(value)
  return list.flatMap((word, index) => {
    const before = (list[index - 1] ?? '').toLowerCase()
    if (withArgument.has(before) || word.startsWith('$')) return []
    const low = word.toLowerCase()
    if (withArgument.has(low)) {
      if (index + 1 < list.length) return []
      return [{ place: `${place} ${name}`, found: `${word} without an argument`, allowed: `${word} and its argument` }]
    }
    if (plain.has(low) || classes.has(word) || word.includes(':') || word.startsWith('{')) return []
    return [unknownName(`${place} ${name}`, 'restriction', word, [...plain, ...withArgument, ...classes])]
  })
}

const listing = /^(reject_rbl(_client)?|reject_rhsbl_\w+)$/i

/** Block lists that have shut down, and lists whose error codes (127.255.255.x: "query refused") would count as a listing. */
export function blockListProblems(main: string, master = '', files = bothFiles): Problem[] {
  return settingsOf(main, master, files).flatMap(({ name, value, place }) => {
    const words = listWords(value)
    const sites = name === 'postscreen_dnsbl_sites' ? words : words.filter((_, at) => listing.test(words[at - 1] ?? ''))
    return sites.flatMap((site) => siteProblems(site, `${place} ${name}`))
  })
}

function siteProblems(site: string, place: string): Problem[] {
  const zone = (site.split(/[=*]/)[0] ?? '').toLowerCase()
  const fate = closedBlockList(zone)
  if (fate) return [{ place, found: `block list ${zone} (${fate})`, allowed: 'a list that is still in operation' }]
  if (site.includes('=127.')) return []
  return [
    {
      place,
      found: `${site} without return codes`,
      allowed: `${zone}=127.0.0.[2..11], so that error codes do not block mail`,
    },
  ]
}

/** Table types that are files (DATABASE_README); each may be prefixed with `proxy:`. */
const fileTables =
  /(?:^|[\s,{=])(?:proxy:)?(hash|lmdb|btree|texthash|pcre|regexp|cidr|mysql|pgsql|ldap|sqlite):(?:\{|([^\s,{}]+))/g

/** Sample files of the postfix package; they contain comments only. */
const packaged = ['access', 'canonical', 'generic', 'header_checks', 'relocated', 'transport', 'virtual'].map(
  (name) => `/etc/postfix/${name}`,
)

/** Parameters of caches that Postfix creates itself. */
const madeByPostfix = /_(session_)?cache_(database|map)$|^(address_verify_map|postscreen_cache_map)$/

/**
 * Tables that main.cf or master.cf refer to and that are not declared: every lookup is then a temporary failure, and
 * `postfix check` exits 0. `files` are the paths that are declared or known to be on the host.
 */
export function missingMapProblems(
  texts: { readonly main: string; readonly master?: string },
  files: readonly string[],
  names = { main: 'main.cf', master: 'master.cf' },
): Problem[] {
  const there = new Set([...files, '/etc/aliases'])
  const options = masterCf(texts.master ?? '', names.master).flatMap((service) => service.options)
  const settings = [...mainCf(texts.main, names.main), ...options].filter(({ name }) => !madeByPostfix.test(name))
  const own = new Map(mainCf(texts.main, '').map(({ name, value }) => [name, value]))
  return settings.flatMap(({ name, value, place }) =>
    [...expand(value, own).matchAll(fileTables)].flatMap(([, type, path]) => {
      if (path === undefined || there.has(path)) return []
      const found = `${type}:${path}, ${packaged.includes(path) ? 'the package’s empty sample' : 'which is not declared'}`
      return [{ place: `${place} ${name}`, found, allowed: 'a file that is declared as well' }]
    }),
  )
}

function expand(value: string, own: ReadonlyMap<string, string>, depth = 0): string {
  if (depth > 5) return value
  const next = value.replace(/\$\{?([A-Za-z0-9_]+)\}?/g, (whole, name: string) => own.get(name) ?? whole)
  return next === value ? value : expand(next, own, depth + 1)
}
