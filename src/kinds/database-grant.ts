import { z } from 'zod'
import { type Difference, difference, type Observed, present, unknown, updateIf } from '../model/change.ts'
import { defineKind } from './support/define.ts'
import {
  accountHost,
  accountName,
  databaseName,
  parseSql,
  runSql,
  serverDown,
  sqlAccount,
  sqlList,
  sqlName,
  sqlSession,
} from './support/sql.ts'

const onTables = [
  'SELECT',
  'INSERT',
  'UPDATE',
  'DELETE',
  'CREATE',
  'DROP',
  'REFERENCES',
  'INDEX',
  'ALTER',
  'CREATE VIEW',
  'SHOW VIEW',
  'TRIGGER',
] as const
const onDatabases = [
  ...onTables,
  'CREATE TEMPORARY TABLES',
  'LOCK TABLES',
  'CREATE ROUTINE',
  'ALTER ROUTINE',
  'EXECUTE',
  'EVENT',
] as const

const schema = z
  .strictObject({
    user: accountName,
    host: accountHost.default('localhost'),
    /** One by one: what ALL means differs between versions of MariaDB. */
    privileges: z
      .array(z.enum(onDatabases, { error: `one of ${onDatabases.join(', ')}` }))
      .min(1, 'at least one privilege')
      .readonly(),
    on: z.string().refine((text) => objectOf(text) !== undefined, 'database.* or database.table'),
  })
  .refine(
    ({ on, privileges }) => on.endsWith('.*') || privileges.every((one) => onTables.some((known) => known === one)),
    {
      path: ['privileges'],
      error: `on a table: ${onTables.join(', ')}`,
    },
  )

type Want = z.output<typeof schema>

/** Exactly these privileges of one MariaDB account on one database or table; others there are revoked. */
export const databaseGrant = defineKind<typeof schema, ReadonlySet<string>>({
  name: 'database-grant',
  schema,
  key,

  shared: {
    session: sqlSession,
    questions: (wants) => {
      const grantees = sqlList(wants.map(grantee))
      return [
        `SELECT 'grant', GRANTEE, TABLE_SCHEMA, '*', PRIVILEGE_TYPE, IS_GRANTABLE FROM information_schema.SCHEMA_PRIVILEGES
  WHERE GRANTEE IN (${grantees});`,
        `SELECT 'grant', GRANTEE, TABLE_SCHEMA, TABLE_NAME, PRIVILEGE_TYPE, IS_GRANTABLE FROM information_schema.TABLE_PRIVILEGES
  WHERE GRANTEE IN (${grantees});`,
      ]
    },
  },

  parse: (output, wants) => {
    const rows = parseSql(output, 'grant')
    if (!rows) return new Map(wants.map((want) => [key(want), unknown(serverDown)]))
    const seen = new Map<string, Observed<ReadonlySet<string>>>()
    for (const want of wants) {
      const mine = rows.filter(
        ([who, base, table]) => who === grantee(want) && `${base?.replaceAll('\\\\', '\\')}.${table}` === stored(want),
      )
      const privileges = mine.flatMap(([, , , privilege = '', grantable]) => [
        ...(privilege === 'USAGE' ? [] : [privilege]),
        ...(grantable === 'YES' ? ['GRANT OPTION'] : []),
      ])
      if (privileges.length > 0) seen.set(key(want), present(new Set(privileges)))
    }
    return seen
  },

  diff: (want, seen) => {
    if (seen.state === 'unknown') return { action: 'maybe', because: seen.because }
    if (seen.state === 'absent') {
      return {
        action: 'create',
        differences: [difference('privileges', 'none', [...want.privileges].sort().join(', '))],
      }
    }
    return updateIf(differences(want, seen.live))
  },

  // Granted before the rest is revoked: the account never lacks what it is to have.
  apply: (want) => {
    const { base, table } = objectOf(want.on) ?? { base: '', table: '*' }
    const object = table === '*' ? `${sqlName(pattern(base))}.*` : `${sqlName(base)}.${sqlName(table)}`
    const account = sqlAccount(want.user, want.host)
    const rest = (table === '*' ? onDatabases : onTables).filter((one) => !want.privileges.includes(one))
    return runSql([
      `GRANT ${[...new Set(want.privileges)].join(', ')} ON ${object} TO ${account};`,
      `REVOKE ${[...rest, 'DELETE HISTORY', 'GRANT OPTION'].join(', ')} ON ${object} FROM ${account};`,
    ])
  },
})

function differences(want: Want, live: ReadonlySet<string>): Difference[] {
  const wanted = new Set<string>(want.privileges)
  return [
    ...[...wanted.difference(live)].sort().map((label) => difference('privilege', 'revoked', 'granted', { label })),
    ...[...live.difference(wanted)].sort().map((label) => difference('privilege', 'granted', 'revoked', { label })),
  ]
}

function objectOf(on: string): { base: string; table: string } | undefined {
  const [base, table, ...more] = on.split('.')
  if (!databaseName.safeParse(base).success || !table || more.length > 0) return undefined
  return table === '*' || databaseName.safeParse(table).success ? { base: base ?? '', table } : undefined
}

// In a grant on a whole database the name is a pattern: a plain _ would stand for any character.
function pattern(base: string): string {
  return base.replaceAll('_', '\\_')
}

function stored({ on }: Want): string {
  const { base, table } = objectOf(on) ?? { base: '', table: '*' }
  return `${table === '*' ? pattern(base) : base}.${table}`
}

function grantee({ user, host }: Want): string {
  return `'${user}'@'${host}'`
}

function key({ user, host, on }: Want): string {
  return `${user}@${host}/${on}`
}
