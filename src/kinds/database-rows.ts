import { z } from 'zod'
import { Secret, sha256 } from '../kernel/secret.ts'
import { contentSha256 } from '../kernel/text.ts'
import {
  type Change,
  type Difference,
  difference,
  fingerprint,
  type Observed,
  present,
  type Side,
  unknown,
  updateIf,
} from '../model/change.ts'
import { defineKind } from './support/define.ts'
import { compared, hidden, type RowsWant, selectRows, writeRows } from './support/rows-sql.ts'
import { databaseName, parseSql, runSql, type SqlValue, serverDown, sqlSession, sqlWord } from './support/sql.ts'

type Row = RowsWant['rows'][number]

const plainValue = z.union([z.string(), z.number()], { error: 'a string or a number' })
const value = z.union([z.string(), z.number(), z.null(), z.instanceof(Secret)], {
  error: 'a string, a number, null or a secret',
})

const schema = z
  .strictObject({
    database: databaseName,
    table: sqlWord,
    /** Columns that tell one row from another. */
    key: z.array(sqlWord).min(1, 'at least one column').readonly(),
    rows: z.array(z.record(sqlWord, value).readonly()).readonly(),
    /**
     * `declared` removes rows (within `scope`) that are not listed; `merge` leaves them alone. Only rows
     * that a plan has named are removed: while the table cannot be read (`maybe`), an apply adds and updates only; what
     * is left over is named by its last look, and the next apply removes it.
     */
    mode: z.enum(['merge', 'declared'], { error: 'merge or declared' }).default('merge'),
    /** Columns that are written with a new row and never looked at again, e.g. a password that its owner may change. */
    onCreate: z.array(sqlWord).readonly().default([]),
    /** Columns that are set to the time of the insertion, and of the last change. */
    createdAt: sqlWord.optional(),
    modifiedAt: sqlWord.optional(),
    /** Only rows with one of these values belong to this declaration. */
    scope: z.record(sqlWord, z.array(plainValue).min(1, 'at least one value').readonly()).default({}),
    /** Rows that are never removed, e.g. `[{ domain: 'ALL' }]`. */
    ignore: z
      .array(z.record(sqlWord, plainValue).refine((row) => Object.keys(row).length > 0, 'at least one column'))
      .readonly()
      .default([]),
  })
  .refine(({ rows, key }) => rows.every((row) => key.every((column) => plainValue.safeParse(row[column]).success)), {
    path: ['rows'],
    error: 'a string or number in every key column of every row',
  })
  .refine(({ rows }) => new Set(rows.map((row) => Object.keys(row).sort().join())).size <= 1, {
    path: ['rows'],
    error: 'the same columns in every row',
  })
  .refine(({ rows, key }) => new Set(rows.map((row) => labelOf(row, key))).size === rows.length, {
    path: ['rows'],
    error: 'every row once',
  })

type Want = z.output<typeof schema>

/** By the row's label: the compared columns as text, `null`, or the SHA-256 of a hidden one. */
type LiveRows = ReadonlyMap<string, ReadonlyMap<string, string | null>>

/** Rows of a MariaDB table, e.g. the domains and mailboxes of PostfixAdmin. */
export const databaseRows = defineKind<typeof schema, LiveRows>({
  name: 'database-rows',
  schema,
  key: nameOf,
  shared: { session: sqlSession, questions: (wants) => wants.flatMap((want) => selectRows(want, nameOf(want))) },

  parse: (output, wants) => {
    const columns = parseSql(output, 'column')
    const rows = parseSql(output, 'row') ?? []
    return new Map(
      wants.map((want): [string, Observed<LiveRows>] => {
        const name = nameOf(want)
        const names = columns?.filter(([table]) => table === name).map(([, column]) => column)
        const cells = rows.filter(([table]) => table === name).map(([, ...rest]) => rest)
        return [name, names ? seen(want, new Set(names), cells) : unknown(serverDown)]
      }),
    )
  },

  diff: (want, observed) => {
    if (observed.state === 'unknown') return { action: 'maybe', because: observed.because }
    return compare(want, observed.state === 'present' ? observed.live : new Map())
  },

  // What was not seen when the plan was made was not shown to anybody: only the rows that it names are removed.
  apply: (want, change) => {
    const differences = 'differences' in change ? change.differences : []
    return runSql(
      writeRows(
        want,
        differences.flatMap(({ removes }) => (removes ? [removes] : [])),
      ),
    )
  },
})

function compare(want: Want, live: LiveRows): Change {
  const differences: Difference[] = []
  for (const row of want.rows) {
    const label = labelOf(row, want.key)
    const found = live.get(label)
    if (found) differences.push(...columnDifferences(want, row, found))
    else differences.push(difference('row', undefined, 'added', { label: `row ${label}` }))
  }
  if (want.mode === 'declared') {
    const declared = new Set(want.rows.map((row) => labelOf(row, want.key)))
    for (const [label, row] of live) {
      if (declared.has(label)) continue
      const removes = want.key.map((column) => row.get(column) ?? '')
      differences.push(difference('row', 'present', 'removed', { label: `row ${label}`, removes }))
    }
  }
  return updateIf(differences)
}

function columnDifferences(want: Want, row: Row, live: ReadonlyMap<string, string | null>): Difference[] {
  const side = (text: string | null | undefined, secret: boolean): Side =>
    text === null || text === undefined ? 'NULL' : secret ? fingerprint(text) : text
  return compared(want)
    .filter((column) => (live.get(column) ?? null) !== comparable(row[column] ?? null, hidden(want, column)))
    .map((column) =>
      difference(
        'column',
        side(live.get(column), hidden(want, column)),
        row[column] instanceof Secret ? String(row[column]) : side(comparable(row[column] ?? null, false), false),
        { label: `row ${labelOf(row, want.key)}: ${column}` },
      ),
    )
}

function comparable(value: SqlValue, asHash: boolean): string | null {
  if (value === null) return null
  if (value instanceof Secret) return contentSha256(value)
  return asHash ? sha256(String(value)) : String(value)
}

function seen(want: Want, columns: ReadonlySet<string | undefined>, rows: readonly string[][]): Observed<LiveRows> {
  if (columns.size === 0) return unknown(`the table ${want.database}.${want.table} is not there yet`)
  const needed = [...want.key, ...compared(want)]
  const missing = needed.filter((column) => !columns.has(column))
  if (missing.length > 0) return unknown(`the table ${want.database}.${want.table} has no column ${missing.join(', ')}`)
  const live = new Map<string, ReadonlyMap<string, string | null>>()
  for (const cells of rows) {
    const values = new Map(needed.map((column, index) => [column, decode(cells[index])]))
    live.set(want.key.map((column) => values.get(column) ?? '').join(' '), values)
  }
  return present(live)
}

function decode(cell: string | undefined): string | null {
  return cell?.startsWith('=') ? Buffer.from(cell.slice(1), 'hex').toString('utf8') : null
}

function labelOf(row: Row, key: readonly string[]): string {
  return key.map((column) => String(row[column])).join(' ')
}

function nameOf({ database, table, scope }: Pick<Want, 'database' | 'table' | 'scope'>): string {
  const limits = Object.entries(scope).map(([column, values]) => `[${column}=${values.join(',')}]`)
  return `${database}.${table}${limits.join('')}`
}
