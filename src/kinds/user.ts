import { z } from 'zod'
import { lines, type Script, sh } from '../kernel/sh.ts'
import { type Difference, difference, differing, present, updateIf } from '../model/change.ts'
import { defineKind } from './support/define.ts'
import { accountWord, path } from './support/fields.ts'

const schema = z.strictObject({
  name: accountWord,
  uid: z.int().min(1).max(4_294_967_294).optional(),
  /** Primary group, made earlier; without it a new account gets a group of its own name. */
  group: accountWord.optional(),
  /** Further groups the account belongs to at the least. */
  groups: z.array(accountWord).readonly().default([]),
  home: path.optional(),
  shell: path.optional(),
  comment: z
    .string()
    .regex(/^[^:\p{Cc}]*$/u, 'a string without colons and control characters')
    .optional(),
  /** Takes its number from the range of system accounts, if no `uid` is given. */
  system: z.boolean().default(false),
  /** Makes the home directory together with the account; by default for all but system accounts. */
  createHome: z.boolean().optional(),
  /** Nobody can log in by password. A new account is locked in any case. */
  locked: z.boolean().optional(),
})

const gone = z.strictObject({ name: accountWord.refine((name) => name !== 'root', 'an account other than root') })

type Want = z.output<typeof schema>

// One account as the host knows it.
interface Account {
  readonly uid: number
  /** Name of the primary group, or its number if it has no name. */
  readonly group: string
  readonly groups: readonly string[]
  readonly comment: string
  readonly home: string
  readonly shell: string
  readonly password: 'locked' | 'set' | 'empty' | 'unknown'
}

/** An account of the host; only what is declared of it is compared. */
export const user = defineKind<typeof schema, Account, typeof gone>({
  name: 'user',
  schema,
  key: (want) => want.name,

  // Of the password only whether there is one leaves the host.
  probe: (wants, _options, absent) => {
    const names = [...wants, ...absent].map(({ name }) => name)
    return sh`getent passwd ${names} | sed 's/^/user:/'
getent group | sed 's/^/group:/'
getent shadow ${names} | awk -F: '{ print "shadow", $1, ($2 == "" ? "empty" : $2 ~ /^[!*]/ ? "locked" : "set") }'`
  },

  parse: (output) => new Map([...parseAccounts(output)].map(([name, account]) => [name, present(account)])),

  diff: (want, seen) => {
    if (seen.state === 'unknown') return { action: 'maybe', because: seen.because }
    if (seen.state === 'absent') {
      return {
        action: 'create',
        differences: [difference('account', undefined, want.uid ? `uid ${want.uid}` : 'created')],
      }
    }
    return updateIf(differences(want, seen.live))
  },

  apply: (want) => {
    const missing = lines([sh`if ! getent passwd ${want.name} >/dev/null; then`, create(want), 'fi'])
    const options = [...common(want), ...(want.groups.length > 0 ? ['-a', '-G', want.groups.join(',')] : [])]
    return lines([
      missing,
      ...(options.length > 0 ? [sh`usermod ${[...options, want.name]}`] : []),
      ...(want.locked ? [sh`usermod -L ${want.name}`] : []),
    ])
  },

  // What the account owned stays, its home among it.
  absence: {
    schema: gone,
    goes: (_want, { uid }) => [difference('account', `uid ${uid}`, undefined)],
    remove: ({ name }) => sh`if getent passwd ${name} >/dev/null; then userdel ${name}; fi`,
  },
})

function create(want: Want): Script {
  const home = (want.createHome ?? !want.system) ? '-m' : '-M'
  const options = [...(want.system ? ['-r'] : []), home, ...common(want)]
  if (want.group) return sh`useradd ${[...options, want.name]}`
  return sh`if getent group ${want.name} >/dev/null; then own='-N -g '${want.name}; else own=-U; fi
useradd $own ${[...options, want.name]}`
}

// The options that useradd and usermod share.
function common(want: Want): (string | number)[] {
  const option = (letter: string, value: string | number | undefined) => (value === undefined ? [] : [letter, value])
  return [
    ...option('-u', want.uid),
    ...option('-g', want.group),
    ...option('-d', want.home),
    ...option('-s', want.shell),
    ...option('-c', want.comment),
  ]
}

function differences(want: Want, live: Account): Difference[] {
  const { uid, group, home, shell, comment } = want
  const given = { uid, group, home, shell, comment }
  const names = (['uid', 'group', 'home', 'shell', 'comment'] as const).filter((name) => given[name] !== undefined)
  const found = differing(given, live, names)
  const missing = want.groups.filter((name) => !live.groups.includes(name) && live.group !== name)
  if (missing.length > 0) {
    const all = [...new Set([...live.groups, ...missing])]
    found.push(difference('groups', live.groups.join(', ') || 'none', all.join(', ')))
  }
  if (want.locked && live.password !== 'locked') found.push(difference('password', live.password, 'locked'))
  return found
}

// Takes apart lines `user:…` and `group:…` as getent prints them, and `shadow NAME STATE`.
function parseAccounts(output: string): Map<string, Account> {
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
