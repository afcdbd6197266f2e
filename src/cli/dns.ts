import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { actionArgument, formatOption, inventoryArgument, limitOption, outputOption } from './flags.ts'
import type { Shell } from './io.ts'

/** `orchestrate dns INVENTORY records|check`: the records that the fleet needs, and whether the world sees them. */
export function dnsCommand({ io, end }: Shell) {
  return new Command('dns')
    .summary('the DNS records of the fleet: show them, or check them at their servers')
    .description(
      'records: every record the fleet needs, keys read from the hosts. check: asks the authoritative servers for each\n' +
        'and names what differs, chunk by chunk; exit 1 if anything does. Changes nothing.',
    )
    .addArgument(inventoryArgument())
    .addArgument(actionArgument('dns', ['records', 'check']))
    .addOption(limitOption())
    .addOption(new Option('--offline', 'ask no host; what only the hosts know is listed as missing'))
    .addOption(serverOption())
    .addOption(formatOption(['table', 'zone', 'json']))
    .addOption(outputOption())
    .action(async (inventory, action, options) => {
      const { dnsCheck, dnsRecords } = await import('./dns-run.ts')
      const request = { ...options, inventory, offline: options.offline ?? false }
      end(action === 'check' ? await dnsCheck(request, io) : await dnsRecords(request, io))
    })
}

/** `--server`: one name server instead of those that each zone names. */
export function serverOption() {
  return new Option('--server <IP[:PORT]>', 'ask this DNS server instead of each zone’s own').argParser(serverOf)
}

/** A name server given as an address, an address with a port, or `[IPv6]:port`. */
export function serverOf(text: string): { address: string; port?: number } {
  const [, six, four, port] = /^(?:\[([0-9a-f:]+)\]|([^:]+)|[0-9a-f:]+)(?::(\d+))?$/i.exec(text) ?? []
  const address = six ?? four ?? (text.split(':').length > 2 ? text : undefined)
  if (address === undefined) throw new InvalidArgumentError('Allowed: an IP address, with :PORT if it is not 53.')
  return port === undefined || address === text ? { address } : { address, port: Number(port) }
}
