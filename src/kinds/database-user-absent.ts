import { z } from 'zod'
import { sh } from '../kernel/sh.ts'
import { difference, keep, type Observed, present, unknown } from '../model/change.ts'
import { defineKind } from './define.ts'
import { accountHost, accountName, askSql, parseSql, runSql, serverDown, sqlList, sqlText } from './sql.ts'

const schema = z.strictObject({
  /** Empty for the anonymous accounts. */
  user: z
    .union([z.literal(''), accountName], { error: 'an account name, or an empty text for the anonymous accounts' })
    .refine((name) => !['root', 'mysql', 'mariadb.sys'].includes(name), 'an account that the server does not need'),
  /** Without it the account goes on every host. */
  host: accountHost.optional(),
})

type Want = z.output<typeof schema>

/** A MariaDB account that is not there; its grants go with it. */
export const databaseUserAbsent = defineKind<typeof schema, { readonly hosts: readonly string[] }>({
  name: 'database-user-absent',
  schema,
  key,

  probe: (wants) =>
    askSql([
      `SELECT 'user', User, Host FROM mysql.global_priv
  WHERE User IN (${sqlList(wants.map(({ user }) => user))}) AND NOT JSON_EXISTS(Priv, '$.is_role');`,
    ]),

  parse: (output, wants) => {
    const rows = parseSql(output, 'user')
    if (!rows) return new Map(wants.map((want) => [key(want), unknown(serverDown)]))
    const seen = new Map<string, Observed<{ hosts: string[] }>>()
    for (const want of wants) {
      const hosts = rows
        .filter(([user, host]) => user === want.user && host === (want.host ?? host))
        .map(([, host = '']) => host)
      if (hosts.length > 0) seen.set(key(want), present({ hosts }))
    }
    return seen
  },

  diff: (want, seen) => {
    if (seen.state === 'unknown') return { action: 'maybe', because: seen.because }
    if (seen.state === 'absent') return keep
    const differences = seen.live.hosts.map((host) =>
      difference('account', 'present', undefined, { label: `'${want.user}'@'${host}'` }),
    )
    return { action: 'remove', differences }
  },

  // The server spells the statements: host names of anonymous accounts are its own.
  apply: ({ user, host }) => {
    const here = host === undefined ? '' : ` AND Host = ${sqlText(host)}`
    const listed = runSql([
      `SELECT CONCAT('DROP USER IF EXISTS ', QUOTE(User), '@', QUOTE(Host), ';') FROM mysql.global_priv
  WHERE User = ${sqlText(user)}${here} AND NOT JSON_EXISTS(Priv, '$.is_role');`,
    ])
    return sh`drops=$(${listed}
)
printf '%s\n' "$drops" | mysql --no-auto-rehash -N -B`
  },
})

function key({ user, host }: Want): string {
  return `${user}@${host ?? '*'}`
}
