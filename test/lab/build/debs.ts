import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheDir } from '../paths.ts'
import { attempt, run } from '../process.ts'

/** A Debian package in the exact version that apt would install. */
export interface Deb {
  readonly name: string
  readonly version: string
}

const archive = join(cacheDir, 'debs')

/** apt with a package database in which nothing is installed, so that answers do not depend on this machine. */
async function emptyApt(): Promise<string[]> {
  await mkdir(join(archive, 'partial'), { recursive: true })
  const status = join(cacheDir, 'empty-status')
  await writeFile(status, '')
  const settings = {
    'Dir::State::status': status,
    'Dir::Cache::archives': archive,
    'Debug::NoLocking': '1',
    'APT::Sandbox::User': 'root',
  }
  return ['apt-get', '-q', '-y', '--no-install-recommends', ...Object.entries(settings).map(([k, v]) => `-o${k}=${v}`)]
}

/** Everything that the named packages need, with versions, in a stable order; remembered while apt's lists stay. */
export async function resolveDebs(names: readonly string[], signal?: AbortSignal): Promise<Deb[]> {
  const memory = join(cacheDir, 'resolved.json')
  const question = JSON.stringify([names, await stampOfLists()])
  const known = await readFile(memory, 'utf8').then(JSON.parse, () => undefined)
  if (known?.question === question) return known.debs as Deb[]
  const debs = await askApt(names, signal)
  await writeFile(memory, JSON.stringify({ question: JSON.stringify([names, await stampOfLists()]), debs }))
  return debs
}

async function stampOfLists(): Promise<string[]> {
  const folder = '/var/lib/apt/lists'
  const names = await readdir(folder).catch(() => [])
  const files = names.filter((name) => name.endsWith('_Packages') || name.endsWith('_Packages.lz4')).sort()
  return Promise.all(files.map(async (name) => `${name} ${(await stat(join(folder, name))).mtimeMs}`))
}

async function askApt(names: readonly string[], signal?: AbortSignal): Promise<Deb[]> {
  const command = [...(await emptyApt()), '-s', 'install', ...names]
  let answer = await attempt(command, { signal })
  if (answer.code !== 0) {
    await run(['apt-get', '-q', 'update'], { signal })
    answer = { ...answer, stdout: await run(command, { signal }) }
  }
  const found = [...answer.stdout.matchAll(/^Inst (\S+) \((\S+) /gm)]
  return found.map(([, name = '', version = '']) => ({ name, version })).sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Downloads what is not in the cache yet. */
export async function downloadDebs(debs: readonly Deb[], signal?: AbortSignal): Promise<void> {
  if (debs.every((deb) => existsSync(debPath(deb, 'amd64')) || existsSync(debPath(deb, 'all')))) return
  const wanted = debs.map(({ name, version }) => `${name}=${version}`)
  await run([...(await emptyApt()), '--download-only', 'install', ...wanted], { signal })
}

const debPath = ({ name, version }: Deb, arch: string) =>
  join(archive, `${name}_${version.replaceAll(':', '%3a')}_${arch}.deb`)

export function debFile(deb: Deb): string {
  const found = [debPath(deb, 'amd64'), debPath(deb, 'all')].find((path) => existsSync(path))
  if (found) return found
  throw new Error(`${deb.name} ${deb.version} was not downloaded`)
}

/** Unpacks one package into `folder`, with /bin, /sbin and /lib under /usr. */
export async function unpackDeb(deb: Deb, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await run(['dpkg-deb', '-x', debFile(deb), folder])
  for (const top of await readdir(folder)) {
    if (!['bin', 'sbin', 'lib'].includes(top)) continue
    await mkdir(join(folder, 'usr', top), { recursive: true })
    await run(['cp', '-a', `${join(folder, top)}/.`, join(folder, 'usr', top)])
    await rm(join(folder, top), { recursive: true })
  }
}

/** 2:3.7.11-0+deb12u1 → 3.7.11 */
export const upstreamVersion = (version: string): string =>
  version
    .replace(/^\d+:/, '')
    .replace(/[-+].*$/, '')
    .replaceAll('~', '_')

/** Removes packages which no current list names; `keep` is what one build needs. */
export async function forgetOldDebs(keep: readonly Deb[]): Promise<void> {
  const wanted = new Set(keep.map((deb) => debFile(deb)))
  for (const name of await readdir(archive))
    if (name.endsWith('.deb') && !wanted.has(join(archive, name))) await rm(join(archive, name))
}

/** One package for itself, without what it depends on. */
export async function resolveAlone(name: string): Promise<Deb> {
  const shown = await run(['apt-cache', 'show', '--no-all-versions', name])
  const version = /^Version: (\S+)$/m.exec(shown)?.[1]
  if (!version) throw new Error(`apt does not offer ${name}`)
  return { name, version }
}

export async function downloadAlone(deb: Deb, signal?: AbortSignal): Promise<void> {
  if (existsSync(debPath(deb, 'amd64')) || existsSync(debPath(deb, 'all'))) return
  const command = ['apt-get', '-q', '-oAPT::Sandbox::User=root', 'download', `${deb.name}=${deb.version}`]
  await run(command, { cwd: archive, signal })
}
