import { isIPv4, isIPv6 } from 'node:net'
import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { actionArgument, formatOption, inventoryArgument, limitOption, outputOption } from './flags.ts'
import type { Shell } from './io.ts'
import { usageError } from './usage.ts'

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
      if (action === 'check' && options.format === 'zone')
        throw usageError(
          'dns check has no --format zone: it compares records with their servers\n  allowed: table, json',
          `orchestrate dns ${inventory} records --format zone`,
        )
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
  if (isIPv6(text)) return { address: text }
  const [, six, other, port] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  const address = six ?? other ?? ''
  if (six === undefined ? !isIPv4(address) : !isIPv6(address)) throw notServer
  if (port === undefined) return { address }
  if (Number(port) < 1 || Number(port) > 65_535) throw notServer
  return { address, port: Number(port) }
}

const notServer = new InvalidArgumentError(
  'Allowed: an IP address, with :PORT if it is not 53; IPv6 with a port as [ADDRESS]:PORT.',
)
