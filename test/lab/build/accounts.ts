import { chmod, lchown, lstat, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { labDir } from '../paths.ts'

/** Debian's name → EL9's. */
const RENAMED: Readonly<Record<string, string>> = { messagebus: 'dbus', nogroup: 'nobody', sudo: 'wheel' }
const SET_GID = 0o2000

async function readIds(path: string): Promise<Map<string, number>> {
  const lines = (await readFile(path, 'utf8')).split('\n').filter(Boolean)
  return new Map(lines.map((line) => [line.split(':')[0] ?? '', Number(line.split(':')[2])]))
}

/** Debian's number → EL9's; accounts that EL9 does not have become root. */
function translation(debian: Map<string, number>, el9: Map<string, number>): (id: number) => number {
  const table = new Map([...debian].map(([name, id]) => [id, el9.get(RENAMED[name] ?? name) ?? 0]))
  return (id) => table.get(id) ?? 0
}

/** Gives the files below `root` the owners that EL9 gives them, and installs EL9's account files. */
export async function installAccounts(root: string): Promise<void> {
  const el9 = join(labDir, 'files/root/etc')
  const etc = join(root, 'etc')
  const user = translation(await readIds(join(etc, 'passwd')), await readIds(join(el9, 'passwd')))
  const groups = await readIds(join(el9, 'group'))
  const group = translation(await readIds(join(etc, 'group')), groups)
  await renumber(root, user, group)
  const [passwd, groupText] = await Promise.all(['passwd', 'group'].map((name) => readFile(join(el9, name), 'utf8')))
  await writeFile(join(etc, 'passwd'), passwd ?? '')
  await writeFile(join(etc, 'group'), groupText ?? '')
  const names = (text = '') => text.split('\n').flatMap((line) => line.split(':')[0] || [])
  await writeFile(
    join(etc, 'shadow'),
    names(passwd)
      .map((name) => `${name}:*:19800:0:99999:7:::\n`)
      .join(''),
  )
  await writeFile(
    join(etc, 'gshadow'),
    names(groupText)
      .map((name) => `${name}:!::\n`)
      .join(''),
  )
  for (const name of ['shadow', 'gshadow']) await chmod(join(etc, name), 0)
}

async function renumber(root: string, user: (id: number) => number, group: (id: number) => number): Promise<void> {
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    const { uid, gid, mode } = await lstat(path)
    const owner = [user(uid), group(gid)] as const
    if (owner[0] === uid && owner[1] === gid) continue
    await lchown(path, ...owner)
    // chown clears setuid and setgid; a setgid program whose group is gone shall not run as group root.
    if (!entry.isSymbolicLink())
      await chmod(path, owner[1] === 0 && gid !== 0 ? mode & ~SET_GID & 0o7777 : mode & 0o7777)
  }
}
