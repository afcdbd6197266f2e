import { asker } from '../adapters/dns/answers.ts'
import type { NameServer } from '../adapters/dns/client.ts'
import { exitCodes } from '../kernel/errors.ts'
import { recordsJson, recordsTable, zoneFile } from '../mail/dns/print.ts'
import type { FleetRecords, PublicKey } from '../mail/dns/record.ts'
import { fleetRecords } from '../mail/dns/records.ts'
import type { MailHost } from '../mail/facts.ts'
import { checkRecords } from '../runtime/verify-dns.ts'
import { readPublicKeys } from '../runtime/verify-keys.ts'
import { connectionOf } from './connection.ts'
import { type Evaluated, evaluateInventory, evaluateOffline } from './evaluated.ts'
import type { Io } from './io.ts'
import { mailHostsOf } from './mail-hosts.ts'
import { resultSink } from './output.ts'
import { usageError } from './usage.ts'

/** What `orchestrate dns` is asked. */
export interface DnsOptions {
  readonly inventory: string
  readonly limit?: string | undefined
  readonly offline: boolean
  readonly server?: NameServer | undefined
  readonly format: 'table' | 'zone' | 'json'
  readonly output?: string | undefined
}

/** Prints the records; exit 1 if some are not known. */
export async function dnsRecords(options: DnsOptions, io: Io): Promise<number> {
  const records = await recordsOf(options, io)
  const result = resultSink(options.output, io)
  if (options.format === 'json') result(recordsJson(records))
  else if (options.format === 'zone') result(zoneFile(records))
  else result(recordsTable(records, options.output === undefined ? io.stdout.columns : undefined))
  return records.missing.length > 0 && !options.offline ? exitCodes.failed : exitCodes.ok
}

/** Compares the records with what the servers say; exit 1 if anything differs. */
export async function dnsCheck(options: DnsOptions, io: Io): Promise<number> {
  const fleet = await recordsOf(options, io)
  const { answers } = asker(options.server ? [options.server] : [])
  const results = await checkRecords(fleet.records, answers)
  const problems = results.flatMap((one) => one.problems)
  const holes = options.offline ? [] : fleet.missing
  const result = resultSink(options.output, io)
  if (options.format === 'json') {
    result(`${JSON.stringify({ schema: 'orchestrate/dns-check/1', results, missing: fleet.missing }, undefined, 2)}\n`)
  } else {
    const lines = [
      ...problems.map(({ place, found, allowed }) => `✗ ${place}\n    found   ${found}\n    wanted  ${allowed}`),
      ...holes.map(({ name, type, because }) => `✗ ${name} ${type}\n    not known: ${because}`),
      `${results.length} records, ${results.filter((one) => one.problems.length > 0).length + holes.length} not as wanted`,
    ]
    result(`${lines.join('\n')}\n`)
  }
  return problems.length + holes.length > 0 ? exitCodes.failed : exitCodes.ok
}

async function recordsOf(options: DnsOptions, io: Io): Promise<FleetRecords> {
  const evaluated = await (options.offline ? evaluateOffline : evaluateInventory)(options.inventory, io)
  const hosts = mailHostsOf(evaluated, options.limit)
  if (hosts.length === 0) {
    throw usageError(`${options.inventory} has no mail host`, 'give a host the roles of a mail playbook')
  }
  return fleetRecords(hosts, options.offline ? undefined : await keysOf(hosts, evaluated))
}

async function keysOf(hosts: readonly MailHost[], evaluated: Evaluated): Promise<Map<string, readonly PublicKey[]>> {
  const { connect } = await import('../adapters/ssh/index.ts')
  const found = await Promise.all(
    hosts.map(async ({ name }) => {
      const session = await connect({ name, ...connectionOf(name, evaluated) })
      return [name, await readPublicKeys(session).finally(() => session.close())] as const
    }),
  )
  return new Map(found)
}
