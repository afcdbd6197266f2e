import { createHash } from 'node:crypto'
import { z } from 'zod'
import { derive, Secret } from '../kernel/secret.ts'
import { type Script, sh } from '../kernel/sh.ts'
import { contentSha256 } from '../kernel/text.ts'
import { type Difference, difference, type Observed, present, unknown, updateIf } from '../model/change.ts'
import { defineKind } from './support/define.ts'
import {
  accountHost,
  accountName,
  parseSql,
  runSql,
  serverDown,
  sql,
  sqlAccount,
  sqlList,
  sqlSession,
  sqlText,
  sqlValue,
} from './support/sql.ts'

const ours = (name: string) => !['root', 'mysql', 'mariadb.sys'].includes(name)

const schema = z.strictObject({
  user: accountName.refine(ours, 'an account of your own'),
  host: accountHost.default('localhost'),
  password: z.instanceof(Secret, { error: 'a secret' }),
})

const gone = z.strictObject({
  /** Empty for the anonymous accounts. */
  user: z
    .union([z.literal(''), accountName], { error: 'an account name, or an empty text for the anonymous accounts' })
    .refine(ours, 'an account that the server does not need'),
  /** `*`: on every host. */
  host: z
    .union([z.literal('*'), accountHost], { error: 'a host name, an address, a pattern with %, or * for every host' })
    .default('localhost'),
})

type Gone = z.output<typeof gone>

interface LiveUser {
  readonly plugin: string
  /** SHA-256 of the stored password hash: the hash itself stays on the host. */
  readonly stored: string
  readonly locked: boolean
  readonly alternatives: boolean
  /** Hosts on which the account exists. */
  readonly hosts?: readonly string[]
}

const plugin = 'mysql_native_password'

/** A MariaDB account that logs in with this password and in no other way. Only the password's hash goes to the host. */
export const databaseUser = defineKind<typeof schema, LiveUser, typeof gone>({
  name: 'database-user',
  schema,
  key: ({ user, host }) => `${user}@${host}`,

  shared: {
    session: sqlSession,
    questions: (wants, absent) => [
      `SELECT 'user', User, Host, JSON_VALUE(Priv, '$.plugin'), SHA2(JSON_VALUE(Priv, '$.authentication_string'), 256),
  IFNULL(JSON_VALUE(Priv, '$.account_locked'), 0), JSON_EXISTS(Priv, '$.auth_or'), JSON_EXISTS(Priv, '$.is_role')
  FROM mysql.global_priv WHERE User IN (${sqlList([...wants, ...absent].map(({ user }) => user))});`,
    ],
  },

  parse: (output, wants, absent) => {
    const rows = parseSql(output, 'user')
    if (!rows) return new Map([...wants, ...absent].map(({ user, host }) => [`${user}@${host}`, unknown(serverDown)]))
    const accounts = rows.filter(([, , , , , , role]) => role !== '1')
    const found = accounts.map(([user, host = '', plugin = '', stored = '', locked, or]) => ({
      user,
      live: {
        plugin,
        stored,
        locked: locked === '1' || locked === 'true',
        alternatives: or === '1',
        hosts: [host],
      },
    }))
    return new Map<string, Observed<LiveUser>>([
      ...found.map(({ user, live }): [string, Observed<LiveUser>] => [`${user}@${live.hosts[0]}`, present(live)]),
      ...absent
        .filter(({ host }) => host === '*')
        .flatMap(({ user }): [string, Observed<LiveUser>][] => {
          const mine = found.filter((one) => one.user === user).map(({ live }) => live)
          const [first] = mine
          return first ? [[`${user}@*`, present({ ...first, hosts: mine.flatMap(({ hosts }) => hosts) })]] : []
        }),
    ])
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

  absence: {
    schema: gone,
    goes: ({ user }, { hosts = [] }) =>
      hosts.map((host) => difference('account', 'present', undefined, { label: `'${user}'@'${host}'` })),
    remove,
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

// The server spells the statements: host names of anonymous accounts are its own.
function remove({ user, host }: Gone): Script {
  const here = host === '*' ? '' : ` AND Host = ${sqlText(host)}`
  const listed = runSql([
    `SELECT CONCAT('DROP USER IF EXISTS ', QUOTE(User), '@', QUOTE(Host), ';') FROM mysql.global_priv
  WHERE User = ${sqlText(user)}${here} AND NOT JSON_EXISTS(Priv, '$.is_role');`,
  ])
  return sh`drops=$(${listed}
)
printf '%s\n' "$drops" | mysql --no-auto-rehash -N -B`
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
