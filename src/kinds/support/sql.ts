import { z } from 'zod'
import { derive, Secret } from '../../kernel/secret.ts'
import { lines, Script, sh } from '../../kernel/sh.ts'
import { joinText, type Text } from '../../kernel/text.ts'
import type { ProbeSession } from '../../model/resource.ts'

/** What may stand in a column of a declared row. */
export type SqlValue = string | number | null | Secret

/** Name of a database, table or column. */
export const sqlWord = z.string().regex(/^[A-Za-z0-9_$-]{1,64}$/, 'up to 64 letters, digits and _ $ -')

/** Name of a database that is ours to change. */
export const databaseName = sqlWord.refine(
  (name) => !['mysql', 'information_schema', 'performance_schema', 'sys'].includes(name.toLowerCase()),
  'a database of your own, not one of the server',
)

/** Name of a database account. */
export const accountName = z.string().regex(/^[A-Za-z0-9_.-]{1,80}$/, 'up to 80 letters, digits and _ . -')

/** Host part of a database account. */
export const accountHost = z.string().regex(/^[A-Za-z0-9_.:%/-]{1,255}$/, 'a host name, an address or a pattern with %')

// Every statement of ours is spelled for this mode, whatever the server's own default is.
const prelude = `SET SESSION sql_mode = 'STRICT_TRANS_TABLES'; SET NAMES utf8mb4;`
const client = 'mysql --no-auto-rehash --connect-timeout=10 -N -B'
const escapes: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\n': '\\n',
  '\r': '\\r',
  '\x1a': '\\Z',
  '\\': '\\\\',
  "'": "\\'",
}

/** A string literal. It never spans lines, so no here-document can end inside it. */
export function sqlText(text: string): string {
  return `'${text.replace(/[\0\n\r\x1a\\']/g, (found) => escapes[found] ?? found)}'`
}

/** An identifier. */
export function sqlName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}

/** An account as grants take it: `'user'@'host'`. */
export function sqlAccount(user: string, host: string): string {
  return `${sqlText(user)}@${sqlText(host)}`
}

/** A literal for any value; a secret stays hidden. */
export function sqlValue(value: SqlValue): string | Secret {
  if (value === null) return 'NULL'
  if (value instanceof Secret) return derive(value.label, [value], ([text]) => sqlText(text ?? ''))
  return typeof value === 'number' ? String(value) : sqlText(value)
}

/** Text with SQL values in it, secrets kept hidden; only strings and secrets may be spliced. */
export function sql(strings: TemplateStringsArray, ...values: readonly (string | Secret | Text)[]): Text {
  return joinText(strings.flatMap((text, index) => (index < values.length ? [text, values[index] ?? ''] : [text])))
}

/** Runs statements in one session as the system's root; stops at the first that fails. */
export function runSql(statements: readonly (string | Text)[]): Script {
  return new Script([
    `${client} <<'ORCHESTRATE_SQL'\n${prelude}\n`,
    ...joinText(statements, '\n').parts,
    '\nORCHESTRATE_SQL',
  ])
}

/** One client for the queries of all kinds: prints `ready`, then tab-separated rows; a query that fails prints nothing. */
export const sqlSession: ProbeSession = {
  name: 'mysql',
  ask: (questions) => {
    const printed = questions.filter((one) => one instanceof Script)
    const text = joinText([`SELECT 'ready';`, ...questions.filter((one) => !(one instanceof Script))], '\n')
    const begin = "<<'ORCHESTRATE_SQL'"
    const ask = `${client} --force 2>/dev/null`
    return new Script([
      ...(printed.length > 0
        ? lines(['{ cat', ...printed, `} ${begin} | ${ask} || :`]).parts
        : [`${ask} ${begin} || :`]),
      `\n${prelude}\n`,
      ...text.parts,
      '\nORCHESTRATE_SQL',
    ])
  },
}

/** A question that prints these words if a condition holds: the SQL text that a script prints. */
export function askCondition(words: string, condition: Script): Script {
  return sh`printf '%s' ${`SELECT ${sqlText(words)} FROM DUAL WHERE `}
( ${condition}
) </dev/null 2>/dev/null
printf ';\n'`
}

/** Rows that begin with this mark, without the mark; nothing if the server did not answer. */
export function parseSql(output: string, mark: string): string[][] | undefined {
  const rows = output.split('\n').map((line) => line.split('\t'))
  if (!rows.some(([first]) => first === 'ready')) return undefined
  return rows.filter(([first]) => first === mark).map(([, ...cells]) => cells)
}

/** Why nothing is known of what a server holds that does not answer. */
export const serverDown = 'MariaDB is not running yet'

/** `'a', 'b'`: for IN (…). */
export function sqlList(texts: readonly string[]): string {
  return [...new Set(texts)].map(sqlText).join(', ')
}
