import { Secret } from '../../kernel/secret.ts'
import { joinText, type Text } from '../../kernel/text.ts'
import { type SqlValue, sql, sqlName, sqlText, sqlValue } from './sql.ts'

/** Declared rows of one table. */
export interface RowsWant {
  readonly database: string
  readonly table: string
  readonly key: readonly string[]
  readonly rows: readonly Readonly<Record<string, SqlValue>>[]
  readonly mode: 'merge' | 'declared'
  readonly onCreate: readonly string[]
  readonly createdAt?: string | undefined
  readonly modifiedAt?: string | undefined
  readonly scope: Readonly<Record<string, readonly (string | number)[]>>
  readonly ignore: readonly Readonly<Record<string, string | number>>[]
}

type Row = RowsWant['rows'][number]

/** Columns that are compared, in the order of the first row. */
export function compared(want: RowsWant): string[] {
  return Object.keys(want.rows[0] ?? {}).filter(
    (column) => !want.key.includes(column) && !want.onCreate.includes(column),
  )
}

/** Whether a column holds a secret in any row: then only its SHA-256 leaves the host. */
export function hidden(want: RowsWant, column: string): boolean {
  return want.rows.some((row) => row[column] instanceof Secret)
}

/** Reads the table's columns and the rows in question, every value in hex: `rows NAME =HEX … -` where `-` is NULL. */
export function selectRows(want: RowsWant, name: string): string[] {
  const cells = [...want.key, ...compared(want)].map((column) => {
    const text = `CONVERT(${sqlName(column)} USING utf8mb4)`
    return `IFNULL(CONCAT('=', HEX(${hidden(want, column) ? `SHA2(${text}, 256)` : text})), '-')`
  })
  const where =
    want.mode === 'merge' ? [keyIn(want)] : [scoped(want), ...want.ignore.map((row) => `NOT (${allOf(row)})`)]
  const base = sqlText(want.database)
  return [
    `SELECT 'column', ${sqlText(name)}, COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ${base} AND TABLE_NAME = ${sqlText(want.table)};`,
    `SELECT 'row', ${sqlText(name)}, ${cells.join(', ')} FROM ${tableOf(want)} WHERE ${where.join(' AND ')};`,
  ]
}

/** Brings every row about in one transaction; rows that are as declared are not touched. Removes the rows with these keys. */
export function writeRows(want: RowsWant, remove: readonly (readonly string[])[]): Text[] {
  return [
    joinText(['START TRANSACTION;']),
    ...(remove.length > 0 ? [joinText([deleteRows(want, remove)])] : []),
    ...want.rows.flatMap((row) => [updateRow(want, row), insertRow(want, row)]),
    joinText(['COMMIT;']),
  ]
}

function updateRow(want: RowsWant, row: Row): Text {
  const columns = [...want.key, ...compared(want)]
  const stamp = want.modifiedAt ? [sql`${sqlName(want.modifiedAt)} = NOW()`] : []
  const set = joinText([...columns.map((column) => sql`${sqlName(column)} = ${cell(row, column)}`), ...stamp], ', ')
  // BINARY: a value that differs in case only is another one.
  const same = joinText(
    columns.map((column) => sql`BINARY CONVERT(${sqlName(column)} USING utf8mb4) <=> BINARY ${cell(row, column)}`),
    ' AND ',
  )
  return sql`UPDATE ${tableOf(want)} SET ${set} WHERE ${allOf(pick(row, want.key))} AND NOT (${same});`
}

// Works without a unique index on the key, and twice in a row.
function insertRow(want: RowsWant, row: Row): Text {
  const stamps = [want.createdAt, want.modifiedAt].filter((column) => column !== undefined)
  const columns = Object.keys(row)
  const names = [...columns, ...stamps].map(sqlName).join(', ')
  const values = joinText([...columns.map((column) => cell(row, column)), ...stamps.map(() => 'NOW()')], ', ')
  const table = tableOf(want)
  return sql`INSERT INTO ${table} (${names}) SELECT ${values} FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM ${table} WHERE ${allOf(pick(row, want.key))});`
}

// In columns of a case-insensitive collation a key may fit a declared row as well: that one stays.
function deleteRows(want: RowsWant, keys: readonly (readonly string[])[]): string {
  const kept = [...(want.rows.length > 0 ? [keyIn(want)] : []), ...want.ignore.map(allOf)]
  const which = inKey(want, keys)
  return `DELETE FROM ${tableOf(want)} WHERE ${[scoped(want), which, ...kept.map((one) => `NOT (${one})`)].join(' AND ')};`
}

function keyIn(want: RowsWant): string {
  if (want.rows.length === 0) return 'FALSE'
  return inKey(
    want,
    want.rows.map((row) => want.key.map((column) => row[column])),
  )
}

function inKey({ key }: RowsWant, keys: readonly (readonly (SqlValue | undefined)[])[]): string {
  const tuples = keys.map((values) => `(${values.map(plain).join(', ')})`)
  return `(${key.map(sqlName).join(', ')}) IN (${tuples.join(', ')})`
}

function scoped(want: RowsWant): string {
  const parts = Object.entries(want.scope).map(
    ([column, values]) => `${sqlName(column)} IN (${values.map(plain).join(', ')})`,
  )
  return parts.length > 0 ? parts.join(' AND ') : 'TRUE'
}

function allOf(row: Readonly<Record<string, SqlValue>>): string {
  return Object.entries(row)
    .map(([column, value]) => `${sqlName(column)} = ${plain(value)}`)
    .join(' AND ')
}

function pick(row: Row, columns: readonly string[]): Row {
  return Object.fromEntries(columns.map((column) => [column, row[column] ?? null]))
}

function plain(value: SqlValue | undefined): string {
  return String(sqlValue(value ?? null))
}

function cell(row: Row, column: string): string | Secret {
  return sqlValue(row[column] ?? null)
}

function tableOf({ database, table }: RowsWant): string {
  return `${sqlName(database)}.${sqlName(table)}`
}
