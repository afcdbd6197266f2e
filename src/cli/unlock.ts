import { Command } from '@commander-js/extra-typings'
import { inventoryArgument, limitOption } from './flags.ts'
import type { Shell } from './io.ts'

/** `orchestrate unlock`: ends a run that holds a host and takes its lock away. */
export function unlockCommand({ io, end }: Shell) {
  return new Command('unlock')
    .summary('end a run that holds a host, and take its lock away')
    .description(
      'Shows who holds the lock of each host, since when, and what runs there now; asks; then asks that run to stop,\n' +
        'ends it if it does not within ten seconds, and takes the lock away. What it left is taken up by the next apply.\n' +
        'A lock whose run is gone needs no unlocking: the next apply takes it over.',
    )
    .addArgument(inventoryArgument())
    .addOption(limitOption())
    .option('--yes', 'do not ask before ending a run')
    .action(async (inventory, { limit, yes = false }) => {
      const { unlock } = await import('./unlock-run.ts')
      end(await unlock({ inventory, limit, ask: !yes }, io))
    })
}
