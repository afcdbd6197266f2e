import { chmod, cp, mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { BASE_RPMS, UNWANTED_DEBS } from '../packages/base.ts'
import { labDir } from '../paths.ts'
import { run } from '../process.ts'
import { installAccounts } from './accounts.ts'
import { runInRoot } from './chroot.ts'
import { type Deb, debFile } from './debs.ts'

const script = (name: string) => readFile(join(labDir, 'build', name), 'utf8')

/**
 * Makes the root file system of a host: libraries and base tools from Debian, EL9's accounts, layout and units. What is in
 * `payload` becomes RPMs and stays out.
 */
export async function buildRoot(root: string, debs: readonly Deb[], payload: ReadonlySet<string>, repo: string) {
  await rm(root, { recursive: true, force: true })
  await mkdir(root, { recursive: true })
  const files = debs.filter(({ name }) => !payload.has(name) && !UNWANTED_DEBS.has(name)).map(debFile)
  await run([join(labDir, 'build/unpack-root.sh'), root], { input: files.join('\n') })
  await runInRoot(root, await script('configure-root.sh'))
  await installAccounts(root)
  await cp(join(labDir, 'files/root'), root, { recursive: true, force: true })
  await chmod(join(root, 'etc/sudoers'), 0o440)
  await runInRoot(root, await script('shape-root.sh'), BASE_RPMS, { '/opt/el9lab/repo': repo })
  await chmod(join(root, 'root'), 0o550)
}
