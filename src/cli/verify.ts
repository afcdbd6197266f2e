import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { serverOf } from './dns.ts'
import { formatOption, inventoryArgument, limitOption, outputOption } from './flags.ts'
import type { Shell } from './io.ts'

/** `orchestrate verify`: live checks of mail, TLS, DNS and hygiene. */
export function verifyCommand({ io, end }: Shell) {
  return new Command('verify')
    .summary('live checks: ports, TLS, mail that flows, DNS, secrets; exit 1 if one fails')
    .description(
      'Checks every host from here as strangers and users see it, and sends real messages as the postmaster mailbox\n' +
        '(mail.postmaster, whose password must be a declared secret). What it sends is deleted. Changes nothing else.',
    )
    .addArgument(inventoryArgument())
    .addOption(limitOption())
    .addOption(new Option('--server <IP[:PORT]>', 'ask this DNS server instead of each zone’s own').argParser(serverOf))
    .addOption(new Option('--no-dns', 'leave the DNS records out'))
    .addOption(new Option('--days <N>', 'days a certificate must still be valid').argParser(numberOf).default(14))
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
