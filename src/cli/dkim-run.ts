import { asker } from '../adapters/dns/answers.ts'
import type { NameServer } from '../adapters/dns/client.ts'
import { connect } from '../adapters/ssh/index.ts'
import { exitCodes } from '../kernel/errors.ts'
import { mailHost } from '../mail/facts.ts'
import { statusJson, statusText } from '../report/dkim.ts'
import { dkimExit, dkimStatus } from '../runtime/dkim-status.ts'
import { connectionOf } from './connection.ts'
import { evaluateInventory } from './evaluated.ts'
import type { Io } from './io.ts'
import { limitHosts } from './limit.ts'
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
  const all = evaluated.hosts.map((host) => ({
    name: host.facts.name,
    groups: host.facts.groups,
    mail: mailHost(host),
  }))
  const hosts = limitHosts(limit, all).flatMap(({ mail }) => (mail?.roles.has('opendkim') ? [mail] : []))
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
