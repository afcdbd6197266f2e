import { existsSync, globSync } from 'node:fs'
import { cp, lstat, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { labDir } from '../paths.ts'
import { run } from '../process.ts'
import { elfFiles, replaceStrings, setRpath } from './elf.ts'
import type { Rpm } from './table.ts'

/** Where a Debian package has been unpacked. */
export type DebTree = (name: string) => Promise<string>

/** Lays out the tree of an RPM as its row in the table says, in a fresh folder. */
export async function stage(rpm: Rpm, root: string, debTree: DebTree): Promise<void> {
  await rm(root, { recursive: true, force: true })
  await mkdir(root, { recursive: true })
  for (const [deb, rules] of Object.entries(rpm.take ?? {}))
    for (const [pattern, target] of Object.entries(rules)) await take(await debTree(deb), pattern, root, target)
  for (const pattern of rpm.drop ?? [])
    for (const path of globSync(pattern.slice(1), { cwd: root })) await rm(join(root, path), { recursive: true })
  await patch(rpm, root)
  await overlay(rpm.name, root)
  await addOwn(rpm, root)
  for (const [path, pattern, replacement] of rpm.edit ?? []) await edit(join(root, path), pattern, replacement)
}

/** What the row itself contains: folders, links, small files, compiled sources. */
async function addOwn(rpm: Rpm, root: string): Promise<void> {
  const place = async (path: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await rm(join(root, path), { force: true })
    return join(root, path)
  }
  for (const path of Object.keys(rpm.dirs ?? {})) await mkdir(join(root, path), { recursive: true })
  for (const [path, target] of Object.entries(rpm.links ?? {})) await symlink(target, await place(path))
  for (const [path, text] of Object.entries(rpm.write ?? {})) await writeFile(await place(path), text)
  for (const [path, source] of Object.entries(rpm.compile ?? {}))
    await run(['gcc', '-shared', '-fPIC', '-O2', '-o', await place(path), join(labDir, 'files', source), '-ldl'])
}

async function take(tree: string, pattern: string, root: string, target: string): Promise<void> {
  const matches = globSync(pattern, { cwd: tree })
  if (matches.length === 0) throw new Error(`nothing matches ${pattern} in ${tree}`)
  for (const match of matches) {
    const from = join(tree, match)
    const to = join(root, target.endsWith('/') ? join(target, basename(match)) : target)
    await mkdir(dirname(to), { recursive: true })
    const isFolder = (await lstat(from)).isDirectory()
    if (isFolder) await mkdir(to, { recursive: true })
    await run(['cp', '-a', isFolder ? `${from}/.` : from, to])
  }
}

async function patch(rpm: Rpm, root: string): Promise<void> {
  if (!(rpm.strings || rpm.rpath || rpm.preload)) return
  const elves = await elfFiles(root)
  for (const path of elves) if (rpm.strings) await replaceStrings(path, rpm.strings)
  if (rpm.rpath) await setRpath(elves, rpm.rpath)
  for (const path of elves) if (rpm.preload) await run(['patchelf', '--add-needed', rpm.preload, path])
}

/** The real configuration texts and units. */
async function overlay(name: string, root: string): Promise<void> {
  const files = join(labDir, 'files/rpm', name)
  if (existsSync(files)) await cp(files, root, { recursive: true, force: true })
}

async function edit(path: string, pattern: RegExp, replacement: string): Promise<void> {
  const text = await readFile(path, 'utf8')
  const edited = text.replace(pattern, replacement)
  if (edited === text) throw new Error(`${pattern} changes nothing in ${path}`)
  await writeFile(path, edited)
}
