import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { execa } from 'execa'

/** Makes an archive of the test's own and tells the inventory of it; `drop` removes it. */
export async function ownTarball(): Promise<{ drop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'orchestrate-tarball-'))
  await mkdir(join(folder, 'kinds-1.0', 'data'), { recursive: true })
  await writeFile(join(folder, 'kinds-1.0', 'program'), 'program 1.0\n')
  const file = join(folder, 'kinds.tar.gz')
  await execa('tar', ['-C', folder, '-czf', file, 'kinds-1.0'])
  process.env['TEST_ARCHIVE'] = file
  process.env['TEST_ARCHIVE_SHA256'] = createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
  return { drop: () => rm(folder, { recursive: true, force: true }) }
}
