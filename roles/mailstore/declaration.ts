import type { FleetMember, Refuse } from '#orchestrate'
import { aliasRows, domainOf } from './aliases.ts'
import type { Vars } from './vars.ts'

/** Mistakes that show only when several lists are compared. */
export function checkDeclaration({ host, mail, accounts }: Vars, refuse: Refuse): void {
  const names = mail.domains.map(({ name }) => name)
  const hosted = `an address in one of mail.domains: ${names.join(', ')}`
  if (names.includes(host.fqdn)) {
    refuse('host.fqdn', host.fqdn, 'a name that is no mail domain: its mail would be both local and virtual')
  }
  const mailboxes = accounts.mailboxes.map(({ address }) => address)
  const active = accounts.mailboxes.filter((one) => one.active).map(({ address }) => address)
  if (!active.includes(mail.postmaster)) {
    refuse(
      'mail.postmaster',
      mail.postmaster,
      `an active mailbox of accounts.mailboxes: ${active.join(', ') || 'none yet'}`,
    )
  }
  const twins = accounts.aliasDomains.map(({ name }) => name)
  for (const address of mailboxes) {
    if (!names.includes(domainOf(address))) refuse('accounts.mailboxes', address, hosted)
    // Its rows would come before the alias domain's: the user of the same name there would miss this mail.
    if (twins.includes(domainOf(address))) {
      const allowed = 'a mailbox in the target domain, or an alias here'
      refuse('accounts.mailboxes', `${address}, in an alias domain`, allowed)
    }
  }
  for (const { address } of accounts.aliases) {
    if (!names.includes(domainOf(address))) refuse('accounts.aliases', address, hosted)
  }
  for (const address of twice(mailboxes)) refuse('accounts.mailboxes', `${address} twice`, 'every mailbox once')
  for (const address of twice(accounts.aliases.map((one) => one.address))) {
    refuse('accounts.aliases', `${address} twice`, 'every alias once, with all its targets')
  }
  checkAliasDomains(accounts.aliasDomains, names, refuse)
  if (accounts.mode === 'declared') checkTargets({ mail, accounts }, refuse)
}

/** Refuses a domain on two hosts: both are in its MX record, and whoever reads mail on one does not see that on the other. */
export function checkHomes(hosts: readonly FleetMember<Pick<Vars, 'mail'>>[], refuse: Refuse): void {
  const homes = new Map<string, { readonly name: string; readonly shared: boolean }>()
  for (const { host, vars } of hosts) {
    const own = vars.mail.domains.filter(({ active }) => active)
    const clashing = own.filter(({ name, shared }) => homes.has(name) && !(shared && homes.get(name)?.shared))
    for (const [other, domains] of Map.groupBy(clashing, ({ name }) => homes.get(name)?.name)) {
      const names = domains.map(({ name }) => name).join(', ')
      const found = `${names}, served by ${other} too: its mail would be split between the two hosts at random, and they sign with different DKIM keys under one selector`
      const allowed =
        'each domain on one host, or shared: true on each of them if something else replicates its mail and keys'
      refuse(`hosts.${host.name}.vars.mail.domains`, found, allowed)
    }
    for (const { name, shared } of own) if (!homes.has(name)) homes.set(name, { name: host.name, shared })
  }
}

// In mode merge the target may have been created in PostfixAdmin; in mode declared it must be declared.
function checkTargets({ mail, accounts }: Pick<Vars, 'mail' | 'accounts'>, refuse: Refuse): void {
  const twins = accounts.aliasDomains.map(({ name }) => name)
  const known = new Set([...accounts.mailboxes, ...aliasRows({ mail, accounts })].map(({ address }) => address))
  const hosted = mail.domains.map(({ name }) => name).filter((name) => !twins.includes(name))
  const exists = (target: string, caught: boolean) =>
    !hosted.includes(domainOf(target)) ||
    known.has(target) ||
    known.has(target.replace(/\+[^@]*@/, '@')) ||
    (caught && known.has(`@${domainOf(target)}`))
  const allowed = 'a declared mailbox or alias, or an address elsewhere'
  for (const { address, to } of accounts.aliases) {
    for (const target of to.filter((one) => !exists(one, true)))
      refuse(`accounts.aliases, ${address}`, `target ${target}, which nothing declares`, allowed)
  }
  for (const { name, catchall } of mail.domains) {
    if (catchall && !exists(catchall, domainOf(catchall) !== name))
      refuse(`mail.domains, ${name}`, `catchall ${catchall}, which nothing declares`, allowed)
  }
}

function checkAliasDomains(
  aliasDomains: Vars['accounts']['aliasDomains'],
  names: readonly string[],
  refuse: Refuse,
): void {
  const twins = aliasDomains.map(({ name }) => name)
  for (const { name, target } of aliasDomains) {
    // Keys, DNS records, SRS and SNI are made for mail.domains only.
    if (!names.includes(name)) refuse('accounts.aliasDomains', name, `one of mail.domains: ${names.join(', ')}`)
    if (!names.includes(target) || twins.includes(target)) {
      const allowed = names.filter((one) => !twins.includes(one))
      refuse(
        `accounts.aliasDomains, ${name}`,
        `target ${target}`,
        `one of mail.domains that is no alias domain: ${allowed.join(', ')}`,
      )
    }
  }
  for (const name of twice(twins)) refuse('accounts.aliasDomains', `${name} twice`, 'every alias domain once')
}

function twice(words: readonly string[]): Set<string> {
  return new Set(words.filter((word, index) => words.indexOf(word) !== index))
}
