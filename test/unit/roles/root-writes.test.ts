import { expect, test } from 'vitest'
import mail from '../../../playbooks/mail.ts'
import { resourcesOf } from './evaluated.ts'
import { everything } from './everything.ts'
import { ordinary } from './postfix/evaluated.ts'

const roles = mail.plays.flatMap((play) => play.roles)
const webadmin = { sha256: 'a'.repeat(64) }

/** Folders of packages that a daemon's own account can write. */
const packaged = [
  '/run/opendkim',
  '/run/openarc',
  '/run/opendmarc',
  '/var/spool/opendmarc',
  '/var/lib/mysql',
  '/var/lib/postfix',
]

interface Place {
  readonly path?: string
  readonly owner?: string
  readonly run?: unknown
}

function declared(vars: object): { id: string; wanted: string; want: Place }[] {
  return [...resourcesOf(roles, vars).values()].map(({ id, wanted, want }) => ({ id, wanted, want: want as Place }))
}

test.for([
  ['ordinary', { ...ordinary, webadmin }],
  ['everything', everything],
] as const)('root makes, owns and opens nothing in a folder where an account could plant a link: %s', ([, vars]) => {
  const all = declared(vars)
  const folders = all.flatMap(({ id, want: { path, owner } }) =>
    id.startsWith('directory:') && path && owner !== 'root' && owner !== undefined ? [path] : [],
  )
  const open = [...packaged, ...folders]
  const within = (text: string) => open.filter((folder) => text.includes(`${folder}/`))

  const made = all.filter(({ wanted, want }) => wanted === 'present' && within(want.path ?? '').length > 0)
  const commands = all.flatMap(({ id, want: { run } }) =>
    String(run ?? '')
      .split('\n')
      .filter((line) => /\b(chown|chmod|install|touch)\b|>/.test(line) && within(line).length > 0)
      .map((line) => `${id}: ${line}`),
  )

  expect(open).toContain(vars === everything ? '/var/vmail' : '/home/mailuser')
  expect(made.map(({ id }) => id)).toEqual([])
  expect(commands).toEqual([])
})

test('a command changes the owner of a link, never of what it leads to', () => {
  const followed = declared(everything).flatMap(({ id, want: { run } }) =>
    [...String(run ?? '').matchAll(/^.*\bchown\b(?! -h ).*$/gm)].map(([line]) => `${id}: ${line}`),
  )
  expect(followed).toEqual([])
})
