import { z } from 'zod'
import { lines, Script, sh } from '../kernel/sh.ts'
import { encoded, Text } from '../kernel/text.ts'
import { difference, keep, type Observed, present, unknown } from '../model/change.ts'
import { defineKind } from './support/define.ts'
import {
  databaseName,
  parseSql,
  runSql,
  serverDown,
  sqlList,
  sqlName,
  sqlSession,
  sqlText,
  sqlWord,
} from './support/sql.ts'

const elsewhere = /^\s*(USE\s|CREATE\s+(OR\s+REPLACE\s+)?(DATABASE|SCHEMA|VIEW|TRIGGER|PROCEDURE|FUNCTION|EVENT)\b)/im

const schema = z.strictObject({
  database: databaseName,
  /** What it is, e.g. `opendmarc-1.4`. */
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'letters, digits and . _ -'),
  sql: z
    .union([z.string(), z.instanceof(Text), z.instanceof(Uint8Array)], {
      error: 'a string, a rendered template or bytes',
    })
    .refine(
      (content) => !elsewhere.test(plain(content)),
      'tables and rows only: no USE, CREATE DATABASE, VIEW, TRIGGER or routine',
    ),
  /** One of its tables: it is imported only while this one is not there. */
  unlessTable: sqlWord,
})

type Want = z.output<typeof schema>

/**
 * Tables imported once from an SQL file. They are made in a database beside the real one and moved over together, so
 * that an import that breaks off leaves nothing behind that could pass for a whole one.
 */
export const databaseSchema = defineKind<typeof schema, true>({
  name: 'database-schema',
  schema,
  key,

  shared: {
    session: sqlSession,
    questions: (wants) => [
      `SELECT 'table', TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES
  WHERE TABLE_SCHEMA IN (${sqlList(wants.map((want) => want.database))}) AND TABLE_NAME IN (${sqlList(wants.map((want) => want.unlessTable))});`,
    ],
  },

  parse: (output, wants) => {
    const rows = parseSql(output, 'table')
    if (!rows) return new Map(wants.map((want) => [key(want), unknown(serverDown)]))
    const there = new Set(rows.map(([base, table]) => `${base}.${table}`))
    const imported = wants.filter((want) => there.has(`${want.database}.${want.unlessTable}`))
    return new Map(imported.map((want): [string, Observed<true>] => [key(want), present(true)]))
  },

  diff: (want, seen) => {
    if (seen.state === 'unknown') return { action: 'maybe', because: seen.because }
    if (seen.state === 'present') return keep
    return {
      action: 'create',
      differences: [difference('table', undefined, 'imported', { label: `table ${want.unlessTable}` })],
    }
  },

  apply: (want) => {
    const { database, unlessTable } = want
    return sh`there=$(${runSql([
      `SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${sqlText(database)} AND TABLE_NAME = ${sqlText(unlessTable)};`,
    ])}
)
if [ "$there" = 0 ]; then
${importTables(want)}
fi`
  },
})

function importTables({ database, sql }: Want): Script {
  const beside = `${database}__import`
  const move = `SELECT CONCAT('RENAME TABLE ', GROUP_CONCAT(
    CONCAT('\`', TABLE_SCHEMA, '\`.\`', TABLE_NAME, '\` TO \`', ${sqlText(database)}, '\`.\`', TABLE_NAME, '\`') SEPARATOR ', '), ';')
  FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${sqlText(beside)};`
  return lines([
    runSql([
      `DROP DATABASE IF EXISTS ${sqlName(beside)};`,
      `SELECT CONCAT('CREATE DATABASE ${sqlName(beside)} CHARACTER SET ', DEFAULT_CHARACTER_SET_NAME, ' COLLATE ', DEFAULT_COLLATION_NAME)
  INTO @make FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ${sqlText(database)};`,
      'EXECUTE IMMEDIATE @make;',
    ]),
    sh`base64 -d <<'EOF' | mysql --no-auto-rehash --default-character-set=utf8mb4 ${beside}
${new Script([encoded(sql)])}
EOF`,
    sh`move=$(${runSql(['SET SESSION group_concat_max_len = 1000000;', move])}
)`,
    `printf '%s\\n' "$move" | mysql --no-auto-rehash -N -B`,
    runSql([`DROP DATABASE ${sqlName(beside)};`]),
  ])
}

function plain(content: string | Text | Uint8Array): string {
  return content instanceof Uint8Array ? Buffer.from(content).toString('utf8') : String(content)
}

function key({ database, name }: Want): string {
  return `${database}/${name}`
}
