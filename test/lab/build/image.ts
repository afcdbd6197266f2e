import { createHash } from 'node:crypto'
import { existsSync, globSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { BASE_DEBS } from '../packages/base.ts'
import { groups } from '../packages/index.ts'
import { cacheDir, labDir } from '../paths.ts'
import { podmanImages } from '../podman.ts'
import { run } from '../process.ts'
import { step } from '../progress.ts'
import { ensureBuildTools } from '../tools.ts'
import { type Deb, downloadAlone, downloadDebs, forgetOldDebs, resolveAlone, resolveDebs } from './debs.ts'
import { packPostfixadmin } from './postfixadmin.ts'
import { buildRoot } from './root.ts'
import { buildRepositories } from './rpms.ts'
import { debsOf } from './table.ts'

/** One build is one folder of the cache: repo/, root.tar and postfixadmin-VERSION.tar.gz. */
export interface BuiltImage {
  readonly image: string
  readonly folder: string
  readonly repo: string
}

const IMAGE = 'localhost/orchestrate-lab'
const KEPT_BUILDS = 2

/** The image and the repositories; built when there is none for these sources and these Debian packages. */
export async function buildImage(signal?: AbortSignal): Promise<BuiltImage> {
  await ensureBuildTools()
  const payload = debsOf(groups)
  const debs = await step('ask apt for versions', () => resolveDebs([...BASE_DEBS, ...payload], signal))
  const postfixadmin = await resolveAlone('postfixadmin')
  const key = await cacheKey([...debs, postfixadmin])
  const folder = join(cacheDir, `build-${key}`)
  if (!existsSync(folder)) await build(folder, debs, postfixadmin, new Set(payload), signal)
  const image = `${IMAGE}:${key}`
  if ((await podmanImages(['image', 'exists', image])).code !== 0)
    await step('import the image', () => importImage(join(folder, 'root.tar'), image))
  return { image, folder, repo: join(folder, 'repo') }
}

/** Works in a folder of its own and renames it at the end, so that an interrupted build leaves nothing to trust. */
async function build(
  folder: string,
  debs: readonly Deb[],
  postfixadmin: Deb,
  payload: ReadonlySet<string>,
  signal?: AbortSignal,
): Promise<void> {
  const unfinished = `${folder}.unfinished`
  const [work, repo] = [join(unfinished, 'work'), join(unfinished, 'repo')]
  const root = join(work, 'root')
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(work, { recursive: true })
  try {
    await step(`download ${debs.length} Debian packages`, async () => {
      await downloadDebs(debs, signal)
      await downloadAlone(postfixadmin, signal)
    })
    signal?.throwIfAborted()
    await step('build RPMs', () => buildRepositories(groups, debs, work, repo))
    signal?.throwIfAborted()
    await step('make the root file system', () => buildRoot(root, debs, payload, repo))
    signal?.throwIfAborted()
    await packPostfixadmin(postfixadmin, work, unfinished)
    await step('pack it', () => run(['tar', '-C', root, '-cf', join(unfinished, 'root.tar'), '.']))
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    throw error
  }
  await rm(work, { recursive: true })
  await rename(unfinished, folder)
  await forgetOldBuilds()
  await forgetOldDebs([...debs, postfixadmin])
}

async function importImage(tar: string, image: string): Promise<void> {
  const changes = ['CMD ["/sbin/init"]', 'STOPSIGNAL SIGRTMIN+3'].flatMap((change) => ['--change', change])
  const { code, stderr } = await podmanImages(['import', '--quiet', ...changes, tar, image])
  if (code !== 0) throw new Error(`podman import: ${stderr}`)
}

/** Changes whenever something changes of which a build is made. */
async function cacheKey(debs: readonly Deb[]): Promise<string> {
  const hash = createHash('sha256')
  const folders = ['build', 'packages', 'files/rpm', 'files/root'].map((name) => join(labDir, name))
  const entries = await Promise.all(folders.map((folder) => readdir(folder, { recursive: true, withFileTypes: true })))
  const files = entries.flat().filter((entry) => entry.isFile())
  const sources = globSync('files/*.c', { cwd: labDir }).map((path) => join(labDir, path))
  const paths = [...files.map((entry) => join(entry.parentPath, entry.name)), ...sources].sort()
  for (const path of paths) {
    hash.update(`${relative(labDir, path)} ${(await stat(path)).mode & 0o111 ? 'x' : '-'}\n`)
    hash.update(await readFile(path))
  }
  hash.update(JSON.stringify(debs))
  return hash.digest('hex').slice(0, 16)
}

/** Keeps the newest builds; images that a host still uses stay as well, because podman refuses to remove them. */
async function forgetOldBuilds(): Promise<void> {
  const names = (await readdir(cacheDir)).filter((name) => name.startsWith('build-'))
  const dated = await Promise.all(
    names.map(async (name) => ({ name, time: (await stat(join(cacheDir, name))).mtimeMs })),
  )
  for (const { name } of dated.sort((a, b) => b.time - a.time).slice(KEPT_BUILDS)) {
    const removed = await podmanImages(['image', 'rm', `${IMAGE}:${name.replace('build-', '')}`])
    if (removed.code === 0 || removed.code === 1) await rm(join(cacheDir, name), { recursive: true })
  }
}
