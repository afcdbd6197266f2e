import { createHash } from 'node:crypto'
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../process.ts'
import { type Deb, unpackDeb, upstreamVersion } from './debs.ts'

/** Debian takes the database settings from a file of its own; upstream has these defaults. */
const UPSTREAM_CONFIG: readonly (readonly [RegExp, string])[] = [
  [/\n\/\/ Debian: This loads[\s\S]*?\n}\n/, ''],
  [/= \$dbtype;/, "= 'mysqli';"],
  [/= \$dbserver;/, "= 'localhost';"],
  [/= \$dbuser;/, "= 'postfix';"],
  [/= \$dbpass;/, "= 'postfixadmin';"],
  [/= \$dbname;/, "= 'postfix';"],
]

/** Makes of Debian's package an archive that is laid out like upstream's: one folder with everything in it. */
export async function packPostfixadmin(deb: Deb, work: string, out: string): Promise<void> {
  const name = `postfixadmin-${upstreamVersion(deb.version)}`
  const [tree, folder] = [join(work, 'postfixadmin-deb'), join(work, name)]
  await unpackDeb(deb, tree)
  await mkdir(folder)
  await run(['cp', '-a', `${tree}/usr/share/postfixadmin/.`, folder])
  await run(['cp', '-a', join(tree, 'usr/share/doc/postfixadmin/DOCUMENTS'), folder])
  for (const link of ['config.inc.php', 'config.local.php', 'templates_c'])
    await rm(join(folder, link), { force: true })
  let config = await readFile(join(tree, 'etc/postfixadmin/config.inc.php'), 'utf8')
  for (const [pattern, replacement] of UPSTREAM_CONFIG) {
    if (!pattern.test(config)) throw new Error(`postfixadmin's config.inc.php has nothing like ${pattern}`)
    config = config.replace(pattern, replacement)
  }
  await writeFile(join(folder, 'config.inc.php'), config)
  await chmod(join(folder, 'scripts/postfixadmin-cli'), 0o755)
  const stable = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--mtime=2024-01-01']
  const tar = join(out, `${name}.tar`)
  await run(['tar', '-C', work, ...stable, '-cf', tar, name])
  await run(['gzip', '-n', tar])
}

export interface Tarball {
  readonly path: string
  readonly sha256: string
  readonly version: string
}

/** The archive that lies in a build's folder. */
export async function findTarball(folder: string): Promise<Tarball> {
  const name = (await readdir(folder)).find((file) => /^postfixadmin-.*\.tar\.gz$/.test(file))
  if (!name) throw new Error(`there is no postfixadmin archive in ${folder}`)
  const path = join(folder, name)
  const sha256 = createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
  return { path, sha256, version: name.slice('postfixadmin-'.length, -'.tar.gz'.length) }
}
