import type { Problem } from '../../kernel/errors.ts'
import { listWords, mainCf, masterCf, type Setting } from './postfix-config.ts'
import { unknownName } from './problem.ts'

const words = (text: string): string[] => text.trim().split(/\s+/)

/** Restrictions that stand alone (postconf(5) of 3.5.9, smtpd_*_restrictions). */
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

/** Restrictions that take the word after them. */
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
export function restrictionProblems(
  main: string,
  master = '',
  files = { main: 'main.cf', master: 'master.cf' },
): Problem[] {
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
      return [
        { place: `${place} ${name}`, found: `${word} without anything after it`, allowed: `${word} and its argument` },
      ]
    }
    if (plain.has(low) || classes.has(word) || word.includes(':') || word.startsWith('{')) return []
    return [unknownName(`${place} ${name}`, 'restriction', word, [...plain, ...withArgument, ...classes])]
  })
}
