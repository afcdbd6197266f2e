import type { Vars } from './vars.ts'

/** A row of PostfixAdmin's table `alias`. */
export interface AliasRow {
  readonly address: string
  readonly goto: string
  readonly domain: string
  readonly active: 0 | 1
}

const always = ['abuse', 'hostmaster', 'postmaster', 'webmaster']

/** A boolean as PostfixAdmin stores it. */
export function flag(on: boolean): 0 | 1 {
  return on ? 1 : 0
}

/**
 * The aliases that somebody declared or that a domain must have: the addresses of RFC 2142, the ones that its DMARC
 * reports go to, its catch-all. An explicit alias or a mailbox of the same address takes precedence.
 */
export function aliasRows({ mail, accounts }: Pick<Vars, 'mail' | 'accounts'>): AliasRow[] {
  const explicit = accounts.aliases.map(({ address, to, active }) => row(address, to.join(','), active))
  const taken = new Set([
    ...explicit.map(({ address }) => address),
    ...accounts.mailboxes.map(({ address }) => address),
  ])
  const names = mail.domains.map(({ name }) => name)
  const twins = accounts.aliasDomains.map(({ name }) => name)
  const usual = names.filter((name) => !twins.includes(name)).flatMap((name) => always.map((user) => `${user}@${name}`))
  const reports = mail.domains.flatMap(({ name, dmarc }) => [dmarc.rua ?? `dmarc@${name}`, dmarc.ruf ?? []].flat())
  const derived = [...usual, ...reports.filter((address) => names.includes(domainOf(address)))]
  const catchalls = mail.domains.flatMap(({ name, catchall }) => (catchall ? [row(`@${name}`, catchall)] : []))
  return [
    ...explicit,
    ...[...new Set(derived)].filter((address) => !taken.has(address)).map((address) => row(address, mail.postmaster)),
    ...catchalls,
  ]
}

/** Every mailbox has an alias to itself, as in PostfixAdmin: otherwise a catch-all would take its mail. */
export function ownAliasRows({ accounts }: Pick<Vars, 'mail' | 'accounts'>): AliasRow[] {
  const explicit = new Set(accounts.aliases.map(({ address }) => address))
  const own = accounts.mailboxes.filter(({ address }) => !explicit.has(address))
  return own.map(({ address, active }) => row(address, address, active))
}

/** The part after the last @. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1)
}

function row(address: string, target: string, active = true): AliasRow {
  return { address, goto: target, domain: domainOf(address), active: flag(active) }
}
