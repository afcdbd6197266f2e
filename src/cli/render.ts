import { mkdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { Command } from '@commander-js/extra-typings'
import { count } from '../report/words.ts'
import { inventoryArgument } from './flags.ts'
import type { Io } from './io.ts'
import type { RenderedFile } from './rendered.ts'
import type { Shell } from './shell.ts'

/** `orchestrate render`: the files that apply would write, secrets masked; nothing is contacted. */
export function renderCommand({ io, end }: Shell) {
  return new Command('render')
    .summary('show the files it would write, offline, secrets masked')
    .description('Renders every file of every host. Secrets stay masked. Nothing is contacted.')
    .addArgument(inventoryArgument())
    .option('--host <EXPR>', 'only these hosts, as --limit of other commands')
    .option('--output <DIR>', 'write DIR/HOST/PATH instead of printing')
    .action(async (inventory, { host, output }) => {
      const { evaluateOffline } = await import('./evaluated.ts')
      const { filesOf, filesText } = await import('./rendered.ts')
      const { limitHosts } = await import('./limit.ts')
      const { hosts } = await evaluateOffline(inventory, io)
      const named = hosts.map(({ facts, declaration }) => ({ name: facts.name, groups: facts.groups, declaration }))
      const files = limitHosts(host, named).flatMap(({ declaration }) => filesOf(declaration))
      if (output === undefined) io.stdout.write(filesText(files))
      else await writeFiles(files, output, io)
      end(0)
    })
}

async function writeFiles(files: readonly RenderedFile[], folder: string, { cwd, stderr }: Io): Promise<void> {
  const { writeWhole } = await import('./output.ts')
  for (const { host, path, content } of files) {
    const file = join(resolve(cwd, folder), host, path)
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeWhole(file, content)
  }
  stderr.write(`${count(files.length, 'file')} written below ${folder}\n`)
}
