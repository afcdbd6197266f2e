import { randomBytes } from 'node:crypto'
import { asker } from '../adapters/dns/answers.ts'
import type { NameServer } from '../adapters/dns/client.ts'
import { checkRecords } from '../engine/compare-records.ts'
import { fleetRecords } from '../engine/fleet-records.ts'
import { exitCodes } from '../kernel/errors.ts'
import type { DnsRecords } from '../model/dns.ts'
import { comparisonJson, comparisonText, recordsJson, recordsTable, zoneFile } from '../report/dns.ts'
import { askRecords } from '../runtime/verify.ts'
import { connectionOf } from './connection.ts'
import { evaluateInventory, evaluateOffline } from './evaluated.ts'
import type { Io } from './io.ts'
import { limitEvaluated } from './limit.ts'
import { resultSink } from './output.ts'

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
  const { records, missing } = await recordsOf(options, io)
  const { answers } = asker(options.server ? [options.server] : [])
  const results = await checkRecords(records, answers)
  const unknown = options.offline ? [] : missing
  const result = resultSink(options.output, io)
  result(options.format === 'json' ? comparisonJson(results, missing) : comparisonText(results, unknown))
  const wrong = results.some(({ problems }) => problems.length > 0) || unknown.length > 0
  return wrong ? exitCodes.failed : exitCodes.ok
}

async function recordsOf(options: DnsOptions, io: Io): Promise<DnsRecords> {
  const evaluated = await (options.offline ? evaluateOffline : evaluateInventory)(options.inventory, io)
  const hosts = limitEvaluated(options.limit, evaluated.hosts)
  if (options.offline)
    return fleetRecords(hosts.map(({ facts, records: sources }) => ({ host: facts.name, sources, printed: undefined })))
  const { connect } = await import('../adapters/ssh/index.ts')
  return fleetRecords(
    await askRecords(hosts, {
      connect: (name) => connect({ name, ...connectionOf(name, evaluated) }),
      token: () => randomBytes(12).toString('hex'),
    }),
  )
}
