import { Command } from '@commander-js/extra-typings'
import { formatOption, inventoryArgument, limitOption } from './flags.ts'
import type { InventoryView } from './inventory-text.ts'
import type { Shell } from './shell.ts'

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
      const { inventoryJson, inventoryText } = await import('./inventory-text.ts')
      const { limitHosts } = await import('./limit.ts')
      const evaluated = await evaluateOffline(inventory, io)
      const hosts = evaluated.hosts.map(({ facts, declaration, vars }) => ({
        ...facts,
        roles: declaration.roles.map(({ role }) => role),
        vars,
      }))
      const view: InventoryView = { playbook: evaluated.inventory.playbook.name, hosts: limitHosts(limit, hosts) }
      io.stdout.write(format === 'json' ? inventoryJson(view) : inventoryText(view))
      end(0)
    })
}
