import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../process.ts'
import { type Deb, unpackDeb, upstreamVersion } from './debs.ts'
import { moduleDocument } from './modules.ts'
import { type StagedRpm, specOf } from './spec.ts'
import { stage } from './stage.ts'
import { REPOS, type Rpm, type RpmGroup } from './table.ts'

/** Builds every RPM of the table and lays them out as dnf repositories below `out`. */
export async function buildRepositories(
  groups: readonly RpmGroup[],
  debs: readonly Deb[],
  work: string,
  out: string,
): Promise<void> {
  for (const repo of REPOS) await mkdir(join(out, repo), { recursive: true })
  const findDeb = debFinder(debs)
  const debTree = unpacker(findDeb, join(work, 'deb'))
  const versionOf = ({ version }: Rpm) =>
    typeof version === 'string' ? version : upstreamVersion(findDeb(version.of).version)
  const modules: string[] = []
  const queue = groups.entries()
  const worker = async () => {
    for (const [number, group] of queue) {
      const folder = join(work, `group-${number}`)
      const staged: StagedRpm[] = []
      for (const rpm of group.rpms) {
        const root = join(folder, 'stage', rpm.name)
        await stage(rpm, root, debTree)
        staged.push({ rpm, root, version: versionOf(rpm) })
      }
      for (const release of group.releases ?? ['1.el9']) await buildGroup(staged, release, folder, out)
      if (group.module) modules.push(moduleDocument(group, staged))
    }
  }
  await Promise.all([worker(), worker()])
  for (const repo of REPOS)
    await run(['createrepo_c', '-q', '--no-database', '--general-compress-type=gz', join(out, repo)])
  await writeFile(join(work, 'modules.yaml'), modules.join(''))
  await run(['modifyrepo_c', '--mdtype=modules', join(work, 'modules.yaml'), join(out, 'appstream/repodata')])
}

function debFinder(debs: readonly Deb[]): (name: string) => Deb {
  const byName = new Map(debs.map((deb) => [deb.name, deb]))
  return (name) => {
    const deb = byName.get(name)
    if (!deb) throw new Error(`the package table names ${name}, which apt does not offer`)
    return deb
  }
}

/** Unpacks each Debian package once, when it is first asked for. */
function unpacker(findDeb: (name: string) => Deb, folder: string): (name: string) => Promise<string> {
  const trees = new Map<string, Promise<string>>()
  return (name) => {
    const path = join(folder, name)
    const tree = trees.get(name) ?? unpackDeb(findDeb(name), path).then(() => path)
    trees.set(name, tree)
    return tree
  }
}

/** rpmbuild gives all packages of one spec file the same architecture, hence two runs. */
async function buildGroup(staged: readonly StagedRpm[], release: string, folder: string, out: string): Promise<void> {
  for (const arch of ['x86_64', 'noarch']) {
    const rpms = staged.filter(({ rpm }) => (rpm.noarch ? 'noarch' : 'x86_64') === arch)
    if (rpms.length === 0) continue
    const spec = join(folder, `${arch}.spec`)
    await writeFile(spec, await specOf(rpms, release))
    const defines = [`_topdir ${folder}/rpmbuild`, `_rpmdir ${folder}/rpms`].flatMap((define) => ['--define', define])
    await run(['rpmbuild', '-bb', '--quiet', '--target', `${arch}-linux`, ...defines, spec])
    const repoOf = new Map(rpms.map(({ rpm }) => [rpm.name, rpm.repo ?? 'appstream']))
    for (const file of await readdir(join(folder, 'rpms', arch))) {
      const repo = repoOf.get(file.split('-').slice(0, -2).join('-'))
      if (!repo) throw new Error(`rpmbuild made ${file}, which is not in the table`)
      await rename(join(folder, 'rpms', arch, file), join(out, repo, file))
    }
    await rm(join(folder, 'rpmbuild'), { recursive: true, force: true })
  }
}
