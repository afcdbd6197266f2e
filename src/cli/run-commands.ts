import { Command } from '@commander-js/extra-typings'
import { OrchestrateError } from '../kernel/errors.ts'
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
import type { Io, Shell } from './io.ts'

/** `orchestrate apply`: makes hosts what they are declared to be. */
export function applyCommand({ io, end }: Shell) {
  return new Command('apply')
    .summary('make the hosts what they are declared to be')
    .description('Looks at every host, shows what would change, asks, changes it and looks again.')
    .addArgument(inventoryArgument())
    .option('--dry-run', 'stop after the plan: exit 2 if anything would change')
    .option('--yes', 'do not ask before changing anything')
    .addOption(diffOption())
    .addOption(limitOption())
    .addOption(rolesOption())
    .addOption(forksOption())
    .addOption(formatOption(['text', 'json']))
    .addOption(outputOption())
    .addOption(eventsOption())
    .addOption(verboseOption())
    .action(async (inventory, options) => {
      const { dryRun = false, yes = false, diff = false, verbose = false } = options
      const ask = !dryRun && !yes
      if (ask) requirePerson(inventory, io)
      const { run } = await import('./run.ts')
      end(await run({ ...options, command: 'apply', inventory, dryRun, diff, verbose, ask }, io))
    })
}

function requirePerson(inventory: string, { keyboard, stderr }: Io): void {
  if (keyboard && stderr.isTTY) return
  throw new OrchestrateError(
    'apply asks before it changes anything, and here is no terminal to ask on; nothing was contacted',
    {
      code: 'E_DENIED',
      exit: 'refused',
      hint: `orchestrate apply ${inventory} --yes, or --dry-run to see the plan`,
    },
  )
}

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
