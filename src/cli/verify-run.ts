import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { asker } from '../adapters/dns/answers.ts'
import type { NameServer } from '../adapters/dns/client.ts'
import { resolver } from '../adapters/dns/resolve.ts'
import { fetchPage } from '../adapters/https/page.ts'
import { openMailbox } from '../adapters/imap/mailbox.ts'
import { ownAddress } from '../adapters/own-address.ts'
import { converse } from '../adapters/smtp/dialogue.ts'
import { type Account, submit } from '../adapters/smtp/submit.ts'
import { judge } from '../adapters/smtp/verdict.ts'
import { connect } from '../adapters/ssh/index.ts'
import { shake } from '../adapters/tls/handshake.ts'
import { exitCodes } from '../kernel/errors.ts'
import { type MailHost, mailboxSecret } from '../mail/facts.ts'
import { verifyFleet } from '../runtime/verify.ts'
import type { MailAccount, VerifyPorts, VerifyTarget } from '../runtime/verify-ports.ts'
import { anyFailed, type VerifyRecord, verifyJson, verifyJunit, verifyText } from '../runtime/verify-report.ts'
import { connectionOf } from './connection.ts'
import { type Evaluated, evaluateInventory } from './evaluated.ts'
import type { Io } from './io.ts'
import { mailHostsOf } from './mail-hosts.ts'
import { resultSink } from './output.ts'
import { usageError } from './usage.ts'

/** What `orchestrate verify` is asked. */
export interface VerifyCommandOptions {
  readonly inventory: string
  readonly limit?: string | undefined
  readonly server?: NameServer | undefined
  readonly dns: boolean
  readonly days: number
  readonly seconds: number
  readonly format: 'text' | 'json' | 'junit'
  readonly output?: string | undefined
}

/** Verifies the hosts and reports; exit 1 if a check failed. */
export async function verify(options: VerifyCommandOptions, io: Io): Promise<number> {
  const evaluated = await evaluateInventory(options.inventory, io)
  const targets = targetsOf(evaluated, options)
  const result = resultSink(options.output, io)
  const started = new Date()
  const results = await verifyFleet(targets, options, portsOf(evaluated, options, io))
  const record: VerifyRecord = { started: started.toISOString(), milliseconds: Date.now() - started.getTime(), results }
  const write = { text: verifyText, json: verifyJson, junit: verifyJunit }[options.format]
  result(write(record))
  return anyFailed(record) ? exitCodes.failed : exitCodes.ok
}

function targetsOf(evaluated: Evaluated, { limit, inventory }: VerifyCommandOptions): VerifyTarget[] {
  const targets = mailHostsOf(evaluated, limit).map((mail) => targetOf(mail, evaluated))
  if (targets.length === 0)
    throw usageError(`${inventory} has no mail host`, 'give a host the roles of a mail playbook')
  return targets
}

/** Mail is sent as mail.postmaster: the one mailbox that every host has. Its clear password must be in the store. */
function targetOf(host: MailHost, evaluated: Evaluated): VerifyTarget {
  const address = host.mail.postmaster
  const name = mailboxSecret(host, address)
  if (name === undefined) return { host, account: undefined, because: `${address} is not in accounts.mailboxes` }
  const password = evaluated.secret(name)
  if (!password) return { host, account: undefined, because: `the secret store has no ${name}` }
  return { host, account: { address, password } }
}

function portsOf(evaluated: Evaluated, { server }: VerifyCommandOptions, io: Io): VerifyPorts {
  const resolve = resolver(server)
  const dns = asker(server ? [server] : [])
  return {
    connect: (name) => connect({ name, ...connectionOf(name, evaluated) }),
    ownAddress,
    shake,
    fetchPage,
    converse,
    submit: (target, account, message) =>
      submit(accountAt(target, account, target.host.submission.ports[0] ?? 465), message),
    inbox: (target, account) => openMailbox(accountAt(target, account, 993)),
    judge: (message, origin) => judge(message, origin, resolve),
    answers: dns.answers,
    token: () => randomBytes(12).toString('hex'),
    now: () => Date.now(),
    wait: (milliseconds) => setTimeout(milliseconds),
    report: ({ host, title, status }) => io.stderr.isTTY && io.stderr.write(`${host}: ${status}: ${title}\n`),
  }
}

function accountAt({ host }: VerifyTarget, { address, password }: MailAccount, port: number): Account {
  const trusted = host.tls.source !== 'selfsigned-lab'
  return { host: host.address, port, serverName: host.host.fqdn, user: address, password, trusted }
}
