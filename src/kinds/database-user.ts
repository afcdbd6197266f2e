import { createHash } from 'node:crypto'
import { z } from 'zod'
import { derive, Secret } from '../kernel/secret.ts'
import { contentSha256 } from '../kernel/text.ts'
import { type Difference, difference, type Observed, present, unknown, updateIf } from '../model/change.ts'
import { defineKind } from './define.ts'
import {
  accountHost,
  accountName,
  askSql,
  parseSql,
  runSql,
  serverDown,
  sql,
  sqlAccount,
  sqlList,
  sqlValue,
} from './sql.ts'

const schema = z.strictObject({
  user: accountName.refine((name) => !['root', 'mysql', 'mariadb.sys'].includes(name), 'an account of your own'),
  host: accountHost.default('localhost'),
  password: z.instanceof(Secret, { error: 'a secret' }),
})

interface LiveUser {
  readonly plugin: string
  /** SHA-256 of the stored password hash: the hash itself stays on the host. */
  readonly stored: string
  readonly locked: boolean
  readonly alternatives: boolean
}

const plugin = 'mysql_native_password'

/** A MariaDB account that logs in with this password and in no other way. Only the password's hash goes to the host. */
export const databaseUser = defineKind<typeof schema, LiveUser>({
  name: 'database-user',
  schema,
  key: ({ user, host }) => `${user}@${host}`,

  probe: (wants) =>
    askSql([
      `SELECT 'user', User, Host, JSON_VALUE(Priv, '$.plugin'), SHA2(JSON_VALUE(Priv, '$.authentication_string'), 256),
  IFNULL(JSON_VALUE(Priv, '$.account_locked'), 0), JSON_EXISTS(Priv, '$.auth_or')
  FROM mysql.global_priv WHERE User IN (${sqlList(wants.map(({ user }) => user))});`,
    ]),

  parse: (output, wants) => {
    const rows = parseSql(output, 'user')
    if (!rows) return new Map(wants.map(({ user, host }) => [`${user}@${host}`, unknown(serverDown)]))
    return new Map(
      rows.map(([user, host, method = '', stored = '', locked, or]): [string, Observed<LiveUser>] => [
        `${user}@${host}`,
        present({ plugin: method, stored, locked: locked === '1' || locked === 'true', alternatives: or === '1' }),
      ]),
    )
  },

  diff: (want, seen) => {
    if (seen.state === 'unknown') return { action: 'maybe', because: seen.because }
    const password = difference('password', undefined, String(want.password))
    if (seen.state === 'absent') return { action: 'create', differences: [password] }
    return updateIf(differences(want.password, seen.live))
  },

  apply: ({ user, host, password }) => {
    const account = sqlAccount(user, host)
    const identified = sql`IDENTIFIED VIA ${plugin} USING ${sqlValue(nativeHash(password))}`
    return runSql([
      sql`CREATE USER IF NOT EXISTS ${account} ${identified};`,
      sql`ALTER USER ${account} ${identified} ACCOUNT UNLOCK;`,
    ])
  },
})

function differences(password: Secret, live: LiveUser): Difference[] {
  const found: Difference[] = []
  const login = live.alternatives ? 'several ways' : live.plugin
  if (login !== plugin) found.push(difference('login', login || 'none', plugin))
  else if (live.stored !== contentSha256(nativeHash(password))) {
    found.push(difference('password', 'another password', String(password)))
  }
  if (live.locked) found.push(difference('account', 'locked', 'unlocked'))
  return found
}

/** What mysql_native_password stores for a password. */
function nativeHash(password: Secret): Secret {
  const sha1 = (data: string | Buffer) => createHash('sha1').update(data).digest()
  return derive(
    password.label,
    [password],
    ([text]) =>
      `*${sha1(sha1(text ?? ''))
        .toString('hex')
        .toUpperCase()}`,
  )
}
