import { Command } from '@commander-js/extra-typings'
import {
  diffOption,
  eventsOption,
  forksOption,
  formatOption,
  inventoryArgument,
  limitOption,
  outputOption,
  rolesOption,
  verboseOption,
} from './flags.ts'
import type { Shell } from './shell.ts'

/** `orchestrate drift`: what is not as declared; changes nothing. */
export function driftCommand({ io, end }: Shell) {
  return new Command('drift')
    .summary('show what is not as declared; read only')
    .description('Looks at every host and shows what is not as declared. Changes nothing; exit 2 if anything differs.')
    .addArgument(inventoryArgument())
    .addOption(diffOption())
    .addOption(limitOption())
    .addOption(rolesOption())
    .addOption(forksOption())
    .addOption(formatOption(['text', 'json', 'junit', 'markdown']))
    .addOption(outputOption())
    .addOption(eventsOption())
    .addOption(verboseOption())
    .action(async (inventory, options) => {
      const { diff = false, verbose = false } = options
      const { run } = await import('./run.ts')
      end(await run({ ...options, command: 'drift', inventory, dryRun: false, diff, verbose, ask: false }, io))
    })
}
