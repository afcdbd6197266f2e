import { Command } from '@commander-js/extra-typings'
import { formatOption, inventoryArgument, limitOption } from './flags.ts'
import type { Shell } from './shell.ts'

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
      const { graphMermaid, graphText } = await import('./graph-text.ts')
      const { limitHosts } = await import('./limit.ts')
      const { hosts } = await evaluateOffline(inventory, io)
      const named = hosts.map(({ facts, declaration }) => ({ name: facts.name, groups: facts.groups, declaration }))
      const declared = limitHosts(limit, named).map(({ declaration }) => declaration)
      io.stdout.write(format === 'mermaid' ? graphMermaid(declared) : graphText(declared))
      end(0)
    })
}
