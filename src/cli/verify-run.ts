import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { asker } from '../adapters/dns/answers.ts'
import type { NameServer } from '../adapters/dns/client.ts'
import { resolver } from '../adapters/dns/resolve.ts'
import { fetchPage } from '../adapters/https/page.ts'
import { openInbox } from '../adapters/imap/mailbox.ts'
import { ownAddress } from '../adapters/own-address.ts'
import { converse } from '../adapters/smtp/dialogue.ts'
import { submit } from '../adapters/smtp/submit.ts'
import { connect } from '../adapters/ssh/index.ts'
import { shake } from '../adapters/tls/handshake.ts'
import { exitCodes } from '../kernel/errors.ts'
import { type VerifyRecord, verifyExit, verifyJson, verifyJunit, verifyText } from '../report/verify.ts'
import { type VerifyPorts, verifyFleet } from '../runtime/verify.ts'
import { connectionOf } from './connection.ts'
import { type Evaluated, evaluateInventory } from './evaluated.ts'
import type { Io } from './io.ts'
import { limitEvaluated } from './limit.ts'
import { resultSink } from './output.ts'

/** What `orchestrate verify` is asked. */
export interface VerifyRequest {
  readonly inventory: string
  readonly limit?: string | undefined
  readonly server?: NameServer | undefined
  readonly dns: boolean
  readonly days: number
  readonly seconds: number
  readonly format: 'text' | 'json' | 'junit'
  readonly output?: string | undefined
}

/** Verifies the hosts and reports; exit 1 if a check failed, else 3 if a host could not be reached. */
export async function verify(request: VerifyRequest, io: Io): Promise<number> {
  const evaluated = await evaluateInventory(request.inventory, io)
  const hosts = limitEvaluated(request.limit, evaluated.hosts)
  const result = resultSink(request.output, io)
  const started = new Date()
  const results = await verifyFleet(hosts, request, portsOf(evaluated, request.server, io))
  const record: VerifyRecord = { started: started.toISOString(), milliseconds: Date.now() - started.getTime(), results }
  const write = { text: verifyText, json: verifyJson, junit: verifyJunit }[request.format]
  result(write(record))
  return exitCodes[verifyExit(record)]
}

function portsOf(evaluated: Evaluated, server: NameServer | undefined, io: Io): VerifyPorts {
  return {
    connect: (name) => connect({ name, ...connectionOf(name, evaluated) }),
    ownAddress,
    tools: (address) => ({
      shake: (handshake) => shake(address, handshake),
      fetchPage: (page) => fetchPage(address, page),
      converse: (dialogue) => converse(address, dialogue),
      submit,
      openInbox,
      resolve: resolver(server),
    }),
    answers: asker(server ? [server] : []).answers,
    token: () => randomBytes(12).toString('hex'),
    now: () => Date.now(),
    wait: (milliseconds) => setTimeout(milliseconds),
    report: ({ host, title, status }) => io.stderr.isTTY && io.stderr.write(`${host}: ${status}: ${title}\n`),
  }
}
