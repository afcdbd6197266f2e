import { asker } from '../adapters/dns/answers.ts'
import type { NameServer } from '../adapters/dns/client.ts'
import { connect } from '../adapters/ssh/index.ts'
import { exitCodes } from '../kernel/errors.ts'
import { statusJson, statusText } from '../report/dkim.ts'
import { dkimExit, dkimStatus } from '../runtime/dkim-status.ts'
import { connectionOf } from './connection.ts'
import { evaluateInventory } from './evaluated.ts'
import type { Io } from './io.ts'
import { mailHostsOf } from './mail-hosts.ts'
import { resultSink } from './output.ts'
import { usageError } from './usage.ts'

/** What `orchestrate dkim INVENTORY status` is asked. */
export interface DkimOptions {
  readonly inventory: string
  readonly limit?: string | undefined
  readonly server?: NameServer | undefined
  readonly format: 'text' | 'json'
  readonly output?: string | undefined
}

/** Tells where the keys of each host stand. */
export async function dkimKeys({ inventory, limit, server, format, output }: DkimOptions, io: Io): Promise<number> {
  const evaluated = await evaluateInventory(inventory, io)
  const hosts = mailHostsOf(evaluated, limit).filter(({ roles }) => roles.has('opendkim'))
  if (hosts.length === 0) {
    throw usageError(`${inventory} has no host that signs`, 'give a host the roles of a mail playbook')
  }
  const result = resultSink(output, io)
  const { answers } = asker(server ? [server] : [])
  const found = await dkimStatus(hosts, {
    connect: (name) => connect({ name, ...connectionOf(name, evaluated) }),
    answers,
  })
  const exitCode = exitCodes[dkimExit(found)]
  result(format === 'json' ? statusJson(found, exitCode) : statusText(found))
  return exitCode
}
