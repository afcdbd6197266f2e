import { z } from 'zod'
import { difference, keep, type Observed, present, unknown } from '../model/change.ts'
import { defineKind } from './define.ts'
import { askSql, databaseName, parseSql, runSql, serverDown, sqlList, sqlName } from './sql.ts'

const schema = z.strictObject({ name: databaseName })

/** A MariaDB database that is not there; all it holds goes with it. */
export const databaseAbsent = defineKind<typeof schema, { readonly tables: number }>({
  name: 'database-absent',
  schema,
  key: (want) => want.name,

  probe: (wants) =>
    askSql([
      `SELECT 'database', SCHEMA_NAME, COUNT(TABLE_NAME) FROM information_schema.SCHEMATA
  LEFT JOIN information_schema.TABLES ON TABLE_SCHEMA = SCHEMA_NAME
  WHERE SCHEMA_NAME IN (${sqlList(wants.map(({ name }) => name))}) GROUP BY SCHEMA_NAME;`,
    ]),

  parse: (output, wants) => {
    const rows = parseSql(output, 'database')
    if (!rows) return new Map(wants.map(({ name }) => [name, unknown(serverDown)]))
    return new Map(
      rows.map(([name = '', tables]): [string, Observed<{ tables: number }>] => [
        name,
        present({ tables: Number(tables) }),
      ]),
    )
  },

  diff: (_want, seen) => {
    if (seen.state === 'unknown') return { action: 'maybe', because: seen.because }
    if (seen.state === 'absent') return keep
    return {
      action: 'remove',
      differences: [
        difference(
          'database',
          `present, ${seen.live.tables} ${seen.live.tables === 1 ? 'table' : 'tables'}`,
          undefined,
        ),
      ],
    }
  },

  apply: ({ name }) => runSql([`DROP DATABASE IF EXISTS ${sqlName(name)};`]),
})
