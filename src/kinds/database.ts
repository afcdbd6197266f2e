import { z } from 'zod'
import { difference, type Observed, present, unknown, updateIf } from '../model/change.ts'
import { defineKind } from './support/define.ts'
import { databaseName, parseSql, runSql, serverDown, sqlList, sqlName, sqlSession, sqlText } from './support/sql.ts'

const schema = z
  .strictObject({
    name: databaseName,
    charset: z
      .string()
      .regex(/^[a-z0-9]+$/, 'a character set such as utf8mb4')
      .default('utf8mb4'),
    collation: z
      .string()
      .regex(/^[a-z0-9_]+$/, 'a collation such as utf8mb4_unicode_ci')
      .default('utf8mb4_unicode_ci'),
  })
  .refine(({ charset, collation }) => collation === 'binary' || collation.startsWith(`${charset}_`), {
    path: ['collation'],
    error: 'a collation of the character set',
  })

const gone = z.strictObject({ name: databaseName })

interface LiveDatabase {
  readonly charset: string
  readonly collation: string
  /** Known only of databases that are to be removed. */
  readonly tables?: number
}

/** A MariaDB database with this default character set and collation; tables that are there already keep theirs. */
export const database = defineKind<typeof schema, LiveDatabase, typeof gone>({
  name: 'database',
  schema,
  key: (want) => want.name,

  shared: {
    session: sqlSession,
    questions: (wants, absent) => [
      `SELECT 'database', SCHEMA_NAME, DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA
  WHERE SCHEMA_NAME IN (${sqlList([...wants, ...absent].map(({ name }) => name))});`,
      ...absent.map(
        ({ name }) =>
          `SELECT 'tables', ${sqlText(name)}, COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${sqlText(name)};`,
      ),
    ],
  },

  parse: (output, wants, absent) => {
    const rows = parseSql(output, 'database')
    if (!rows) return new Map([...wants, ...absent].map(({ name }) => [name, unknown(serverDown)]))
    const tables = new Map(parseSql(output, 'tables')?.map(([name, number]) => [name, Number(number)]))
    return new Map(
      rows.map(([name = '', charset = '', collation = '']): [string, Observed<LiveDatabase>] => [
        name,
        present({ charset: current(charset), collation: current(collation), tables: tables.get(name) ?? 0 }),
      ]),
    )
  },

  diff: (want, seen) => {
    if (seen.state === 'unknown') return { action: 'maybe', because: seen.because }
    const collation = current(want.collation)
    if (seen.state === 'absent') {
      return { action: 'create', differences: [difference('collation', undefined, collation)] }
    }
    // A collation belongs to one character set: it says both.
    return seen.live.collation === collation
      ? updateIf([])
      : updateIf([difference('collation', seen.live.collation, collation)])
  },

  apply: ({ name, charset, collation }) =>
    runSql([
      `CREATE DATABASE IF NOT EXISTS ${sqlName(name)} CHARACTER SET ${charset} COLLATE ${collation};`,
      `ALTER DATABASE ${sqlName(name)} CHARACTER SET ${charset} COLLATE ${collation};`,
    ]),

  // All tables are removed with it.
  absence: {
    schema: gone,
    goes: (_want, { tables }) => [
      difference('database', `present, ${tables} ${tables === 1 ? 'table' : 'tables'}`, undefined),
    ],
    remove: ({ name }) => runSql([`DROP DATABASE IF EXISTS ${sqlName(name)};`]),
  },
})

// MariaDB 10.6 renamed utf8 to utf8mb3.
function current(name: string): string {
  return name.replace(/^utf8(?=_|$)/, 'utf8mb3')
}
