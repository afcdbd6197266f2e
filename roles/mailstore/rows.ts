import { databaseRows, type Resource, type Secret } from '#orchestrate'
import { type AliasRow, aliasRows, domainOf, flag, ownAliasRows } from './aliases.ts'
import type { Vars } from './vars.ts'

const stamps = { createdAt: 'created', modifiedAt: 'modified' }

/** Passwords as they are stored, by mailbox address. */
export type StoredPasswords = ReadonlyMap<string, Secret>

/**
 * The rows of PostfixAdmin's tables. Domains exist only if declared: they need keys, DNS records and certificates, which a web
 * form does not create. Mailboxes and aliases are merged with those created in PostfixAdmin, depending on `accounts.mode`.
 */
export function accountRows(database: string, declared: Vars, passwords: StoredPasswords): Resource[] {
  const { mail, accounts, quota } = declared
  return [
    databaseRows({
      database,
      table: 'domain',
      key: ['domain'],
      rows: mail.domains.map(({ name, active }) => ({
        domain: name,
        description: '',
        aliases: 0,
        mailboxes: 0,
        maxquota: 0,
        quota: 0,
        transport: 'virtual',
        backupmx: 0,
        active: flag(active),
      })),
      onCreate: ['description', 'aliases', 'mailboxes', 'maxquota', 'quota', 'transport'],
      mode: 'declared',
      ignore: [{ domain: 'ALL' }],
      ...stamps,
    }),
    ...aliasDomainTable(database, accounts),
    ...mailboxRows(database, { mail, accounts, quota }, passwords),
    ...aliasTable(database, declared),
  ]
}

function aliasDomainTable(database: string, { aliasDomains, mode }: Vars['accounts']): Resource[] {
  if (aliasDomains.length === 0 && mode !== 'declared') return []
  const rows = aliasDomains.map(({ name, target }) => ({ alias_domain: name, target_domain: target, active: 1 }))
  const onCreate = mode === 'ui' ? ['target_domain', 'active'] : []
  return [
    databaseRows({
      database,
      table: 'alias_domain',
      key: ['alias_domain'],
      rows,
      onCreate,
      mode: rowsMode(mode),
      ...stamps,
    }),
  ]
}

function mailboxRows(
  database: string,
  { mail, accounts, quota }: Pick<Vars, 'mail' | 'accounts' | 'quota'>,
  passwords: StoredPasswords,
): Resource[] {
  const quotas = new Map(mail.domains.map((one) => [one.name, one.quota]))
  const rows = accounts.mailboxes.map((one) => {
    const [user = '', domain = ''] = one.address.split('@')
    return {
      username: one.address,
      password: passwords.get(one.address) ?? null,
      name: one.name,
      maildir: `${domain}/${user}/`,
      quota: one.quota ?? quotas.get(domain) ?? quota.default,
      local_part: user,
      domain,
      active: flag(one.active),
    }
  })
  const table = { database, table: 'mailbox', key: ['username'], ...stamps }
  const kept = accounts.mailboxes.flatMap(({ address, updatePassword }) => (updatePassword === 'always' ? address : []))
  const onCreate =
    accounts.mode === 'ui' ? Object.keys(rows[0] ?? {}).filter((name) => name !== 'username') : ['password']
  const all = databaseRows({ ...table, rows, onCreate, mode: rowsMode(accounts.mode) })
  if (kept.length === 0) return [all]
  // Complete rows again, because MariaDB needs a value for every column of a row that it may have to insert.
  return [
    all,
    databaseRows({
      ...table,
      rows: rows.filter(({ username }) => kept.includes(username)),
      onCreate: ['name', 'maildir', 'quota', 'local_part', 'domain', 'active'],
      scope: { domain: [...new Set(kept.map(domainOf))] },
    }),
  ]
}

// In merge mode the owner of a mailbox may turn its alias into a forward, so it is only created, not maintained.
function aliasTable(database: string, declared: Vars): Resource[] {
  const table = { database, table: 'alias', key: ['address'], ...stamps }
  const [others, own] = [aliasRows(declared), ownAliasRows(declared)]
  if (declared.accounts.mode === 'declared')
    return [databaseRows({ ...table, rows: plain([...others, ...own]), mode: 'declared' })]
  if (declared.accounts.mode === 'ui')
    return [databaseRows({ ...table, rows: plain([...others, ...own]), onCreate: ['goto', 'domain', 'active'] })]
  const scope = { domain: [...new Set(own.map(({ domain }) => domain))] }
  return [
    databaseRows({ ...table, rows: plain(others) }),
    ...(own.length > 0 ? [databaseRows({ ...table, rows: plain(own), onCreate: ['goto'], scope })] : []),
  ]
}

function rowsMode(mode: Vars['accounts']['mode']): 'merge' | 'declared' {
  return mode === 'declared' ? 'declared' : 'merge'
}

function plain(rows: readonly AliasRow[]): Record<string, string | number>[] {
  return rows.map((row) => ({ ...row }))
}
