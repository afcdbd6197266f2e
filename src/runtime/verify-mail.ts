import type { Problem } from '../kernel/errors.ts'
import { type CheckResult, checked, skipped } from '../mail/checks/check.ts'
import { type ProbeMessage, probeMessage, receiverProblems, verdictProblems } from '../mail/checks/message.ts'
import type { MailAccount, VerifyOptions, VerifyPorts, VerifyTarget } from './verify-ports.ts'

/** A way for a message: who submits where, and who reads it. */
interface Route {
  readonly from: VerifyTarget
  readonly sender: MailAccount
  readonly to: VerifyTarget
  readonly reader: MailAccount
}

/** Sends a message from a host's account to itself, and to the next host of the fleet if there is one. */
export async function verifyMail(
  target: VerifyTarget,
  targets: readonly VerifyTarget[],
  options: VerifyOptions,
  ports: VerifyPorts,
): Promise<CheckResult[]> {
  const { host, account, because } = target
  if (!host.roles.has('postfix') || !host.roles.has('dovecot')) return []
  if (!account) return [skipped(host.name, 'mail', 'a message is submitted and delivered', because ?? 'no account')]
  const next = targets[(targets.indexOf(target) + 1) % targets.length]
  const routes: Route[] = [{ from: target, sender: account, to: target, reader: account }]
  if (next && next !== target && next.account)
    routes.push({ from: target, sender: account, to: next, reader: next.account })
  const results: CheckResult[] = []
  for (const route of routes) results.push(await verifyRoute(route, options, ports))
  return results
}

async function verifyRoute(route: Route, options: VerifyOptions, ports: VerifyPorts): Promise<CheckResult> {
  const { from, sender, to, reader } = route
  const title = `mail from ${sender.address} reaches ${reader.address} signed and readable over IMAP`
  const message = probeMessage({
    from: sender.address,
    to: reader.address,
    token: ports.token(),
    date: new Date(ports.now()),
  })
  try {
    await ports.submit(from, sender, message)
    const inbox = await ports.inbox(to, reader)
    try {
      const stored = await arrival(inbox, message, options.seconds, ports)
      if (!stored) {
        const found = `nothing after ${options.seconds} s`
        return checked(from.host.name, 'mail', title, [
          { place: `INBOX of ${reader.address}`, found, allowed: 'the message' },
        ])
      }
      return checked(from.host.name, 'mail', title, await storedProblems(route, stored, ports))
    } finally {
      await inbox.remove(message.id)
      await inbox.close()
    }
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error)
    return checked(from.host.name, 'mail', title, [
      { place: `${from.host.name} → ${to.host.name}`, found, allowed: 'delivery' },
    ])
  }
}

async function arrival(
  inbox: { fetch(id: string): Promise<Buffer | undefined> },
  message: ProbeMessage,
  seconds: number,
  ports: VerifyPorts,
): Promise<Buffer | undefined> {
  const end = ports.now() + seconds * 1_000
  for (;;) {
    const stored = await inbox.fetch(message.id)
    if (stored || ports.now() > end) return stored
    await ports.wait(500)
  }
}

async function storedProblems({ from, sender, to }: Route, stored: Buffer, ports: VerifyPorts): Promise<Problem[]> {
  const { host } = from
  const local = from === to
  const verdict = await ports.judge(stored, { ip: host.address, helo: host.host.fqdn, sender: sender.address })
  const domain = sender.address.split('@')[1] ?? ''
  // In egress mode only mail that leaves again is sealed.
  const seals = to.host.roles.has('openarc') && to.host.arc.enabled && to.host.srs.mode !== 'egress'
  const sealed = !local && seals
  const problems = verdictProblems(domain, verdict, { spf: true, sealed })
  if (local || !to.host.roles.has('opendmarc')) return problems
  return [...problems, ...receiverProblems(stored.toString('latin1'), to.host.host.fqdn)]
}
