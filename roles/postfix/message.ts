import type { CheckTools, Endpoint, HostFacts, MailLogin, OutsideCheck, Problem } from '#orchestrate'
import { endpoints, isWithin } from '#orchestrate'
import { type Certificate, certificates, type Milter, milters, type TestMailbox, testMailboxes } from '../slots.ts'
import { judge, receiverProblems, verdictProblems } from './verdict.ts'

/** A host that takes part in a test message. */
interface Station {
  readonly host: HostFacts
  readonly mailbox: TestMailbox
  readonly certificate: Certificate
  readonly endpoints: readonly Endpoint[]
  readonly milters: readonly Milter[]
}

/** Real messages: from the host's test mailbox to itself, and to that of the next host if there is one. */
export function messageChecks({ address }: TestMailbox): OutsideCheck[] {
  return [
    {
      subject: 'mail',
      title: `mail from ${address} reaches ${address} signed and readable over IMAP`,
      run: async (tools) => {
        const own = stations(tools).find(({ host }) => host.name === tools.host.name)
        return own ? send(own, own, tools) : 'not applicable'
      },
    },
    {
      subject: 'mail',
      title: `mail from ${address} reaches the next host signed and readable over IMAP`,
      run: async (tools) => {
        const all = stations(tools)
        const at = all.findIndex(({ host }) => host.name === tools.host.name)
        const [own, next] = [all[at], all[(at + 1) % all.length]]
        return own && next && own !== next ? send(own, next, tools) : 'not applicable'
      },
    },
  ]
}

/** The hosts of this verification that a message can be sent from and read at. */
function stations({ provided }: CheckTools): Station[] {
  const of = <Value>(all: readonly { host: HostFacts; value: Value }[], host: HostFacts) =>
    all.filter((one) => one.host.name === host.name).map(({ value }) => value)
  return provided(testMailboxes).flatMap(({ host, value: mailbox }) => {
    const certificate = of(provided(certificates), host).find(({ isDefault }) => isDefault)
    const served = of(provided(endpoints), host)
    const usable = certificate && submissionOf(served) && served.some(({ name }) => name === 'imaps')
    return usable ? [{ host, mailbox, certificate, endpoints: served, milters: of(provided(milters), host) }] : []
  })
}

async function send(from: Station, to: Station, tools: CheckTools) {
  const unusable = [from, to].find(({ mailbox }) => mailbox.hashed)
  if (unusable)
    return { skipped: `the password of ${unusable.mailbox.address} is stored as a hash: nobody can log in with it` }
  const message = testMessage(from.mailbox.address, to.mailbox.address, tools.token(), new Date(tools.now()))
  try {
    await tools.submit(loginAt(from, submissionOf(from.endpoints)?.port ?? 465), message)
    const inbox = await tools.openInbox(loginAt(to, 993))
    try {
      const stored = await arrival(() => inbox.fetch(message.id), tools)
      if (stored) return await storedProblems(from, to, stored, tools)
      const found = `nothing after ${tools.seconds} s`
      return [{ place: `INBOX of ${to.mailbox.address}`, found, allowed: 'the message' }]
    } finally {
      await inbox.remove(message.id)
      await inbox.close()
    }
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error)
    return [{ place: `${from.host.name} → ${to.host.name}`, found, allowed: 'delivery' }]
  }
}

function submissionOf(served: readonly Endpoint[]): Endpoint | undefined {
  return served.find(({ name }) => name === 'submission' || name === 'submissions')
}

function loginAt({ host, mailbox, certificate }: Station, port: number): MailLogin {
  const { address: user, password } = mailbox
  const { name: serverName, trusted } = certificate
  return { server: host.address, port, serverName, user, password, trusted }
}

async function arrival(
  fetch: () => Promise<Buffer | undefined>,
  { now, wait, seconds }: CheckTools,
): Promise<Buffer | undefined> {
  const end = now() + seconds * 1_000
  for (;;) {
    const stored = await fetch()
    if (stored || now() > end) return stored
    await wait(500)
  }
}

async function storedProblems(from: Station, to: Station, stored: Buffer, { resolve }: CheckTools): Promise<Problem[]> {
  const { address: sender } = from.mailbox
  const origin = { ip: from.host.address, helo: from.certificate.name, sender }
  const verdict = await judge(stored, origin, resolve)
  const local = from === to
  const inbound = to.milters.filter(({ on }) => on.includes('inbound'))
  const sealed = !local && inbound.some(({ adds }) => adds === 'seal')
  const problems = verdictProblems(sender.split('@')[1] ?? '', verdict, { spf: true, sealed })
  const checking = inbound.some(({ adds, exempt }) => adds === 'results' && !isWithin(from.host.address, exempt ?? []))
  if (local || !checking) return problems
  return [...problems, ...receiverProblems(stored.toString('latin1'), to.certificate.name)]
}

/** A message that proves that mail flows; `token` is random and tells it from all others. */
function testMessage(from: string, to: string, token: string, date: Date) {
  const id = `<verify-${token}@${from.split('@')[1]}>`
  const headers = [
    `Date: ${date.toUTCString().replace('GMT', '+0000')}`,
    `From: ${from}`,
    `To: ${to}`,
    `Message-ID: ${id}`,
    'Subject: orchestrate verify',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Auto-Submitted: auto-generated',
  ]
  const body = 'Sent by `orchestrate verify` to prove that mail flows; it is deleted as soon as it has arrived.'
  return { id, from, to, text: `${[...headers, '', body].join('\r\n')}\r\n` }
}
