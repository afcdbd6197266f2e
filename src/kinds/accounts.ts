import { z } from 'zod'

/** Name of an account or group as useradd(8) and groupadd(8) take it. */
export const accountWord = z
  .string()
  .regex(/^[a-z_][a-z0-9_-]{0,30}\$?$/, 'a name of small letters, digits, _ and -, up to 31 characters')

/** One account as the host knows it. */
export interface Account {
  readonly uid: number
  /** Name of the primary group, or its number if it has no name. */
  readonly group: string
  readonly groups: readonly string[]
  readonly comment: string
  readonly home: string
  readonly shell: string
  readonly password: 'locked' | 'set' | 'empty' | 'unknown'
}

/** Takes apart lines `user:…` and `group:…` as getent prints them, and `shadow NAME STATE`. */
export function parseAccounts(output: string): Map<string, Account> {
  const fields = (mark: string) =>
    output.split('\n').flatMap((line) => (line.startsWith(`${mark}:`) ? [line.slice(mark.length + 1).split(':')] : []))
  const groups = fields('group').map(([name = '', , gid = '', members = '']) => ({
    name,
    gid,
    members: members.split(','),
  }))
  const shadow = new Map(
    [...output.matchAll(/^shadow (\S+) (locked|set|empty)$/gm)].map(([, name, state]) => [name, state]),
  )
  const accounts = new Map<string, Account>()
  for (const [name = '', , uid, gid = '', comment = '', home = '', shell = ''] of fields('user')) {
    accounts.set(name, {
      uid: Number(uid),
      group: groups.find((one) => one.gid === gid)?.name ?? gid,
      groups: groups.filter(({ members }) => members.includes(name)).map((one) => one.name),
      comment,
      home,
      shell: shell || '/bin/sh',
      password: passwordState(shadow.get(name)),
    })
  }
  return accounts
}

function passwordState(text: string | undefined): Account['password'] {
  return text === 'locked' || text === 'set' || text === 'empty' ? text : 'unknown'
}
