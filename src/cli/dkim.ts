import { Command, Option } from '@commander-js/extra-typings'
import { serverOf } from './dns.ts'
import { actionArgument, formatOption, inventoryArgument, limitOption, outputOption } from './flags.ts'
import type { Shell } from './io.ts'

/** `orchestrate dkim INVENTORY status`: where each DKIM key stands and what its rotation needs next. */
export function dkimCommand({ io, end }: Shell) {
  return new Command('dkim')
    .summary('where each DKIM key stands, and what its rotation needs next')
    .description(
      'status: for each selector of each domain, what the host holds, what every authoritative server says and since\n' +
        'when, and the next step to take in the inventory or in DNS. Exit 0: nothing to do. 2: a step is due.\n' +
        '1: mail is at risk, such as a record that is missing. Changes no configuration; it notes on the host when it\n' +
        'has first seen a record at every server.',
    )
    .addArgument(inventoryArgument())
    .addArgument(actionArgument('dkim', ['status']))
    .addOption(limitOption())
    .addOption(new Option('--server <IP[:PORT]>', 'ask this server instead of each zone’s own').argParser(serverOf))
    .addOption(formatOption(['text', 'json']))
    .addOption(outputOption())
    .action(async (inventory, _action, options) => {
      const { dkimKeys } = await import('./dkim-run.ts')
      end(await dkimKeys({ ...options, inventory }, io))
    })
}
