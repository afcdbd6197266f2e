import { join } from 'node:path'
import { Command } from '@commander-js/extra-typings'
import type { InventoryView } from '../report/inventory.ts'
import { count } from '../report/words.ts'
import { formatOption, inventoryArgument, limitOption } from './flags.ts'
import type { Shell } from './io.ts'

/** `orchestrate inventory`: hosts, groups, roles and vars; nothing is contacted. */
export function inventoryCommand({ io, end }: Shell) {
  return new Command('inventory')
    .summary('show hosts, groups, roles and vars, secrets masked')
    .description(
      'Shows each host with its groups, its roles in order and its vars after merging. Nothing is contacted.',
    )
    .addArgument(inventoryArgument())
    .addOption(limitOption())
    .addOption(formatOption(['text', 'json']))
    .action(async (inventory, { limit, format }) => {
      const { evaluateOffline } = await import('./evaluated.ts')
      const { inventoryJson, inventoryText } = await import('../report/inventory.ts')
      const { limitEvaluated } = await import('./limit.ts')
      const evaluated = await evaluateOffline(inventory, io)
      const hosts = limitEvaluated(limit, evaluated.hosts).map(({ facts, declaration, vars }) => ({
        ...facts,
        roles: declaration.roles.map(({ role }) => role),
        vars,
      }))
      const view: InventoryView = { playbook: evaluated.inventory.playbook.name, hosts }
      io.stdout.write(format === 'json' ? inventoryJson(view) : inventoryText(view))
      end(0)
    })
}

/** `orchestrate graph`: in which order roles and services are looked after; nothing is contacted. */
export function graphCommand({ io, end }: Shell) {
  return new Command('graph')
    .summary('show the order of roles and services')
    .description('Shows in which order the roles of each host run and services (re)start. Nothing is contacted.')
    .addArgument(inventoryArgument())
    .addOption(limitOption())
    .addOption(formatOption(['text', 'mermaid']))
    .action(async (inventory, { limit, format }) => {
      const { evaluateOffline } = await import('./evaluated.ts')
      const { graphMermaid, graphText } = await import('../report/graph.ts')
      const { limitEvaluated } = await import('./limit.ts')
      const { hosts } = await evaluateOffline(inventory, io)
      const declared = limitEvaluated(limit, hosts).map(({ declaration }) => declaration)
      io.stdout.write(format === 'mermaid' ? graphMermaid(declared) : graphText(declared))
      end(0)
    })
}

/** `orchestrate render`: the files that apply would write, secrets masked; nothing is contacted. */
export function renderCommand({ io, end }: Shell) {
  return new Command('render')
    .summary('show the files it would write, offline, secrets masked')
    .description('Renders every file of every host. Secrets stay masked. Nothing is contacted.')
    .addArgument(inventoryArgument())
    .addOption(limitOption())
    .option('--output <DIR>', 'write DIR/HOST/PATH instead of printing')
    .action(async (inventory, { limit, output }) => {
      const { evaluateOffline } = await import('./evaluated.ts')
      const { filesOf, filesText } = await import('../report/files.ts')
      const { limitEvaluated } = await import('./limit.ts')
      const { folderSink } = await import('./output.ts')
      const { hosts } = await evaluateOffline(inventory, io)
      const files = limitEvaluated(limit, hosts).flatMap(({ declaration }) => filesOf(declaration))
      if (output === undefined) io.stdout.write(filesText(files))
      else {
        const write = folderSink(output, io)
        for (const { host, path, content } of files) write(join(host, path), content)
        io.stderr.write(`${count(files.length, 'file')} written below ${output}\n`)
      }
      end(0)
    })
}
