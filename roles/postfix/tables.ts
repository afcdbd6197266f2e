import { file, type Resource, type RoleContext, type Script, type Secret, sh } from '#orchestrate'
import type { MailStore } from '../slots.ts'
import { lookUp } from './checks.ts'

interface Lookup {
  readonly name: string
  readonly query: string
  /** A key that must be found in the live database before the file is installed; without one the query must only succeed. */
  readonly finds?: string
}

/**
 * Postfix's queries of PostfixAdmin's tables: inactive rows are ignored, alias domains resolve to their target
 * (POSTFIX_CONF.txt of PostfixAdmin; mysql_table(5) for %s, %u and %d).
 */
function lookups(domain: string, postmaster: string): Lookup[] {
  const twin = "alias_domain.alias_domain = '%d' AND alias_domain.active = 1"
  const target = "CONCAT('%u', '@', alias_domain.target_domain)"
  const aliases = 'FROM alias JOIN alias_domain ON alias.address ='
  const mailboxes = 'FROM mailbox JOIN alias_domain ON mailbox.username ='
  return [
    {
      name: 'domains',
      query: "SELECT domain FROM domain WHERE domain = '%s' AND backupmx = 0 AND active = 1 AND domain <> 'ALL'",
      finds: domain,
    },
    { name: 'mailboxes', query: "SELECT maildir FROM mailbox WHERE username = '%s' AND active = 1", finds: postmaster },
    { name: 'aliases', query: "SELECT goto FROM alias WHERE address = '%s' AND active = 1" },
    {
      name: 'alias_domain_mailboxes',
      query: `SELECT maildir ${mailboxes} ${target} WHERE ${twin} AND mailbox.active = 1`,
    },
    { name: 'alias_domain_aliases', query: `SELECT goto ${aliases} ${target} WHERE ${twin} AND alias.active = 1` },
    {
      // Only for the key @domain, which Postfix looks up last; for other keys it would capture mail to user+extension.
      name: 'alias_domain_catchall',
      query: `SELECT goto ${aliases} CONCAT('@', alias_domain.target_domain) WHERE ${twin} AND alias.active = 1 AND '%s' = CONCAT('@', alias_domain.alias_domain)`,
    },
    {
      name: 'sender_login',
      query:
        "SELECT username FROM mailbox WHERE username = '%s' AND active = 1 UNION SELECT goto FROM alias WHERE address = '%s' AND active = 1",
      finds: postmaster,
    },
    {
      name: 'alias_domain_sender_login',
      query: `SELECT username ${mailboxes} ${target} WHERE ${twin} AND mailbox.active = 1`,
    },
  ]
}

/** Senders of hosted domains need no rewriting; they are looked up in the database (srs.mode egress). */
const egressDomains: Lookup = {
  name: 'egress_domains',
  query: "SELECT 'smtp:' FROM domain WHERE domain = '%d' AND domain <> 'ALL'",
}

/** What the tables are made from. */
interface TableFacts {
  readonly store: MailStore
  readonly password: Secret
  readonly domain: string
  readonly postmaster: string
  readonly egress: boolean
}

/** One file per lookup, readable by root and Postfix only, tested against the live database first. */
export function lookupTables(template: RoleContext<unknown>['template'], facts: TableFacts): Resource[] {
  const { store, password, domain, postmaster, egress } = facts
  return [...lookups(domain, postmaster), ...(egress ? [egressDomains] : [])].map(({ name, query, finds }) =>
    file({
      path: `/etc/postfix/sql/${name}.cf`,
      content: template('postfix/table.cf.ejs', { password, database: store.database, query }),
      group: 'postfix',
      mode: '0640',
      check: asked(finds, postmaster),
    }),
  )
}

// postmap(1) exits 1 for "not found" as well as for errors; an error also writes to stderr, which makes the check fail.
function asked(finds: string | undefined, otherwise: string): Script {
  const table = lookUp('mysql', finds ?? otherwise)
  if (finds)
    return sh`${table}
look_up || { echo ${`${finds} is not found`} >&2; exit 1; }`
  return sh`${table}
look_up || [ $? -eq 1 ]`
}
