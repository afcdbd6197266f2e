import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inventory } from '../world/managed.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url))

/** Changes one of our templates for a while: in a project of its own, beside a copy of the secrets. */
export async function withTemplate<Result>(
  template: string,
  change: (text: string) => string,
  work: (inventory: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'orchestrate-variant-'))
  try {
    const before = await readFile(join(root, 'templates', template), 'utf8')
    const after = change(before)
    if (after === before) throw new Error(`the change leaves ${template} as it is`)
    const changed = join(folder, 'templates', template)
    await mkdir(dirname(changed), { recursive: true })
    await writeFile(changed, after)
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    await copyFile(inventory.replace(/\.ts$/, '.secrets.age'), join(folder, 'inventory.secrets.age'))
    await writeFile(join(folder, 'inventory.ts'), `export { default } from ${JSON.stringify(inventory)}\n`)
    return await work(join(folder, 'inventory.ts'))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
