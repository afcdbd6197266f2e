import { z } from 'zod'
import { difference, type Observed, present, unknown, updateIf } from '../model/change.ts'
import { defineKind } from './define.ts'
import { askSql, databaseName, parseSql, runSql, serverDown, sqlList, sqlName } from './sql.ts'

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

interface LiveDatabase {
  readonly charset: string
  readonly collation: string
}

/** A MariaDB database with this default character set and collation; tables that are there already keep theirs. */
export const database = defineKind<typeof schema, LiveDatabase>({
  name: 'database',
  schema,
  key: (want) => want.name,

  probe: (wants) =>
    askSql([
      `SELECT 'database', SCHEMA_NAME, DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA
  WHERE SCHEMA_NAME IN (${sqlList(wants.map(({ name }) => name))});`,
    ]),

  parse: (output, wants) => {
    const rows = parseSql(output, 'database')
    if (!rows) return new Map(wants.map(({ name }) => [name, unknown(serverDown)]))
    return new Map(
      rows.map(([name = '', charset = '', collation = '']): [string, Observed<LiveDatabase>] => [
        name,
        present({ charset: current(charset), collation: current(collation) }),
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
})

// MariaDB 10.6 renamed utf8 to utf8mb3.
function current(name: string): string {
  return name.replace(/^utf8(?=_|$)/, 'utf8mb3')
}
