import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { serverOption } from './dns.ts'
import { formatOption, inventoryArgument, limitOption, outputOption } from './flags.ts'
import type { Shell } from './io.ts'

/** `orchestrate verify`: carries out the live checks that the roles of an inventory bring. */
export function verifyCommand({ io, end }: Shell) {
  return new Command('verify')
    .summary('live checks: ports, TLS, mail that flows, DNS, secrets; exit 1 if one fails')
    .description(
      'Carries out the checks that the roles of the inventory bring: from here, as strangers and users see each host,\n' +
        'and on the host itself. Checks of mail send real messages, which are deleted. Changes nothing else.',
    )
    .addArgument(inventoryArgument())
    .addOption(limitOption())
    .addOption(serverOption())
    .addOption(new Option('--no-dns', 'leave the DNS records out'))
    .addOption(new Option('--days <N>', 'days a certificate must still be valid for').argParser(numberOf).default(14))
    .addOption(new Option('--seconds <N>', 'seconds a message may take').argParser(numberOf).default(60))
    .addOption(formatOption(['text', 'json', 'junit']))
    .addOption(outputOption())
    .action(async (inventory, options) => {
      const { verify } = await import('./verify-run.ts')
      end(await verify({ ...options, inventory }, io))
    })
}

function numberOf(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError('Allowed: a whole number.')
  return Number(text)
}
