import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { orchestrate } from './orchestrate.ts'

/** Makes an identity of the test's own and every secret that an inventory's roles declare; `drop` removes the identity. */
export async function ownSecrets(inventory: string): Promise<{ drop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'orchestrate-identity-'))
  process.env['ORCHESTRATE_IDENTITY'] = join(folder, 'identity')
  await rm(inventory.replace(/\.ts$/, '.secrets.age'), { force: true })
  const { code, stderr } = await orchestrate('secrets', 'init', inventory)
  if (code !== 0) throw new Error(`secrets init ended with ${code}: ${stderr}`)
  return { drop: () => rm(folder, { recursive: true, force: true }) }
}
